/** Methods of which the fetch standard makes no `Request` (section 2.2.1), so that no handler of an app could see one. */
const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** @param method as Node, Bun and Deno give it, in upper case */
export function isForbiddenMethod(method: string): boolean {
  return forbidden.has(method)
}
