import type { HeaderReader } from './header-reader.ts'

export interface OriginOptions {
  /** The app's own origin (SvelteKit's `paths.origin`). @default whatever the `Host` header names */
  self?: string | undefined
  /** Further origins that may open sockets, `*` for all (SvelteKit's `csrf.trustedOrigins`). @default [] */
  trusted?: readonly string[] | undefined
  /** The host that browsers see, where a proxy says it in a header of its own. @default the `Host` header */
  hostOf?: ((header: HeaderReader) => string | undefined) | undefined
}

/**
 * Makes the check that keeps a foreign page from opening sockets with its visitor's cookies
 * (cross-site WebSocket hijacking). SvelteKit's own CSRF check does not cover it, because an
 * upgrade is a GET.
 *
 * Hosts are compared, not schemes: a proxy that ends TLS passes the public host on, but not the scheme.
 */
export function createOriginCheck({ self, trusted = [] }: OriginOptions = {}): (
  origin: string,
  host: string,
) => boolean {
  // SvelteKit's word for: from everywhere.
  if (trusted.includes('*')) return () => true
  return (origin, host) => {
    const url = parse(origin)
    // "null" (a sandboxed or file: page), two joined origins and other things that are no origin
    if (!url || url.origin !== origin.toLowerCase()) return false
    if (trusted.includes(url.origin)) return true
    if (self) return url.origin === self
    return url.host === parse(`${url.protocol}//${host}`)?.host
  }
}

/** Whether an Origin is among those that a route names. */
export function fitsOrigins(origin: string | null, origins: readonly string[]): boolean {
  return origin !== null && (origins.includes('*') || origins.includes(origin))
}

/** The answer to a page that may not open a socket. */
export const foreignOrigin = (): Response =>
  new Response(
    'This Origin may not open sockets here. If it is yours, say so in paths.origin, csrf.trustedOrigins or the origins of the route.',
    { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } },
  )

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined
}
