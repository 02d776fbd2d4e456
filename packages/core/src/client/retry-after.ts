/**
 * The header `Retry-After`, seconds or a date (RFC 9110, section 10.2.3), as ms from now.
 *
 * @param sent the answer's own `Date`: the clock of the client may be wrong by a day. @default the client's clock
 */
export function parseRetryAfter(
  value: string | null | undefined,
  sent?: string | null,
): number | undefined {
  if (value == null) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds)
    ? Date.parse(value) - (Date.parse(sent ?? '') || Date.now())
    : seconds * 1000
  return ms > 0 ? ms : undefined
}
