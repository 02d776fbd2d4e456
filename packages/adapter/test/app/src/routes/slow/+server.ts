import { setTimeout } from 'node:timers/promises'

export const fallback = async ({ url }) => {
  await setTimeout(Number(url.searchParams.get('ms')))
  return new Response('done')
}
