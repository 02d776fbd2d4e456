import type { Answer, Site, Visit } from './visit.ts'

/** How a request says whose it is. */
export type Carrier = 'cookie' | 'header' | 'query'

export const carriers: Carrier[] = ['cookie', 'header', 'query']

/** Visits as `own`, who is named nowhere but in the carrier and where the visit itself says it. */
export async function send(
  { url }: Site,
  own: string,
  carrier: Carrier,
  { path, init = {} }: Pick<Visit, 'path' | 'init'>,
): Promise<Answer> {
  const address = new URL(path, url)
  const headers = new Headers(init.headers)
  if (carrier === 'cookie') headers.set('cookie', `other=1; canary=${own}`)
  if (carrier === 'header') headers.set('x-canary', own)
  if (carrier === 'query') address.searchParams.append('of', own)
  headers.set('origin', url)
  // Without it adapter-node takes itself to be behind HTTPS, and refuses the origin.
  headers.set('x-forwarded-proto', 'http')
  const response = await fetch(address, { ...init, headers, redirect: 'manual' })
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  return { status: response.status, text: `${head.join('\n')}\n\n${await response.text()}` }
}
