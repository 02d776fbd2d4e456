import { setTimeout } from 'node:timers/promises'

export const GET = async ({ url }) => {
  await setTimeout(Number(url.searchParams.get('ms')))
  return new Response('done')
}
