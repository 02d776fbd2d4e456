import { limitBody } from './body-limit.ts'
import type { Target } from './server-runtime.ts'

/** SvelteKit's request where the runtime's own is a real one: of the browser's origin, and with a body that has its limit. */
export function webRequest(request: Request, { url, origin }: Target, limit: number): Request {
  const seen =
    url.origin === origin ? request : new Request(origin + url.pathname + url.search, request)
  return limitBody(seen, limit)
}
