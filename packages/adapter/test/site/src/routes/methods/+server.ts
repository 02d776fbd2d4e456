import { text } from '@sveltejs/kit'

export const GET = () => text('got', { headers: { 'x-get': 'yes' } })
export const PUT = async ({ request }) => text(`put ${await request.text()}`)
export const OPTIONS = () => new Response(null, { status: 204, headers: { allow: 'GET, PUT' } })
export const fallback = ({ request }) => text(`fell back for ${request.method}`)
