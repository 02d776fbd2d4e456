export const GET = ({ params, url }) => Response.json([params.rest, url.searchParams.getAll('q')])
