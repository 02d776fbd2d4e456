import process from 'node:process'
import type { MiddlewareHandler } from 'hono'

/**
 * Writes a line of JSON for each request: what was asked, what was answered, and the ms until the
 * answer began. Neither the query nor headers, in which secrets travel.
 */
export function logRequests(
  write: (line: string) => unknown = (line) => process.stdout.write(line),
): MiddlewareHandler {
  return async (c, next) => {
    const start = performance.now()
    await next()
    const { method, path } = c.req
    const ms = Math.round((performance.now() - start) * 10) / 10
    const time = new Date().toISOString()
    write(`${JSON.stringify({ time, method, path, status: c.res.status, ms })}\n`)
  }
}
