/** The header `Retry-After`, seconds or a date (RFC 9110, section 10.2.3), as ms from now. */
export function parseRetryAfter(value: string | null | undefined): number | undefined {
  if (value == null) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000
  return ms > 0 ? ms : undefined
}
