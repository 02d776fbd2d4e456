import type { OriginHeaders } from './settings.ts'

/** What we use of the URL by which a request came. */
export type RequestUrl = Pick<URL, 'protocol' | 'host'>

/**
 * The origin by which the browser has reached the app: that of the request, or behind a proxy what
 * PROTOCOL_HEADER, HOST_HEADER and PORT_HEADER say. What they do not say, the request says.
 *
 * @returns `undefined` when they say what makes no origin
 */
export function requestOrigin(
  header: (name: string) => string | null | undefined,
  url: RequestUrl,
  { protocolHeader, hostHeader, portHeader }: OriginHeaders,
): string | undefined {
  // On a unix socket Deno's are `http+unix:`.
  const plain = url.protocol === 'https:' ? 'https' : 'http'
  if (!protocolHeader && !hostHeader && !portHeader) return `${plain}://${url.host}`
  const said = (name: string | undefined): string | undefined =>
    (name !== undefined && header(name)) || undefined
  const protocol = said(protocolHeader) ?? plain
  const host = said(hostHeader) ?? url.host
  const port = said(portHeader)
  // A name or an address, and maybe a port: nothing that would go on to a path or another host.
  if (!/^https?$/i.test(protocol) || /[\s,/?#@\\]/.test(host)) return undefined
  const origin = URL.parse(`${protocol}://${host}`)
  if (!origin || (port !== undefined && !/^\d{1,5}$/.test(port))) return undefined
  if (port !== undefined) origin.port = port
  return origin.origin
}

/** The host of it, with which the Origin of a socket is compared. */
export function requestHost(
  header: (name: string) => string | null | undefined,
  headers: OriginHeaders,
): string | undefined {
  const url = { protocol: 'http:', host: header('host') ?? '' }
  const origin = requestOrigin(header, url, headers)
  return origin === undefined ? undefined : new URL(origin).host
}
