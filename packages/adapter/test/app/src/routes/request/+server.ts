import { text } from '@sveltejs/kit'

/** What the app is told of a request. */
export const GET = ({ url, getClientAddress }) =>
  Response.json({ url: url.href, address: getClientAddress() })

/** Subject to SvelteKit's check of origins, as forms are. */
export const POST = async ({ request, url }) =>
  text(`${url.origin} ${(await request.formData()).get('name')}`)
