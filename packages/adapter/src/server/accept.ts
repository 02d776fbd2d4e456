/** The weights of `Accept-Encoding` (RFC 9110, section 12.4.2), by the coding in small letters. */
export function parseAccept(header: string): Map<string, number> {
  return new Map(
    header
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [coding = '', ...parameters] = part.split(';').map((one) => one.trim())
        const quality = parameters.find((one) => one.startsWith('q='))?.slice(2)
        return [coding, quality === undefined ? 1 : Number(quality) || 0]
      }),
  )
}
