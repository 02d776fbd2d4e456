import type { RequestEvent } from '@sveltejs/kit'

/**
 * The name that a request itself carries, whatever the stores say: in a header, a cookie, its query
 * or, where it is prerendered, its path.
 */
export function ownOf({ request: { headers, url } }: Pick<RequestEvent, 'request'>): string {
  const { pathname, searchParams } = new URL(url)
  return (
    headers.get('x-canary') ??
    /(?:^|; )canary=([^;]+)/.exec(headers.get('cookie') ?? '')?.[1] ??
    searchParams.get('of') ??
    /\/prerendered\/([^/]+)/.exec(pathname)?.[1] ??
    payloadOf(pathname) ??
    'unnamed'
  )
}

/** What a prerendered function is asked for. */
function payloadOf(pathname: string): string | undefined {
  const payload = /\/printed\/([\w-]+)/.exec(pathname)?.[1]
  return payload && (JSON.parse(atob(payload)) as string[])[0]
}
