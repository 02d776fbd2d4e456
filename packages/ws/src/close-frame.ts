/** RFC 6455, section 7.4, and the IANA registry: 1004 to 1006 and 1015 are never sent. */
export function isCloseCode(code: number): boolean {
  return (
    Number.isInteger(code) &&
    ((code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
      (code >= 3000 && code <= 4999))
  )
}

/** RFC 6455, section 5.5: a control frame holds 125 bytes, two of which are the code. */
export function clampReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.length <= 123) return reason
  // A character that was cut in half decodes to U+FFFD.
  return new TextDecoder().decode(bytes.subarray(0, 123)).replace(/\uFFFD$/, '')
}
