/**
 * The header `Retry-After`, seconds or a date (RFC 9110, section 10.2.3), as ms from now.
 *
 * @param sent the answer's own `Date`: the clock of the client may be wrong by a day. @default the client's clock
 */
export function parseRetryAfter(
  value: string | null | undefined,
  sent?: string | null,
): number | undefined {
  const ms =
    // What is no number; and 0, which as a date is long over.
    Number(value) * 1000 || Date.parse(value as string) - (Date.parse(sent as string) || Date.now())
  return ms > 0 ? ms : undefined
}
