export const prerender = true

export const GET = () => Response.json({ prerendered: 'ü' })
