import type { HeaderReader } from './header-reader.ts'
import { foreignOrigin } from './origin.ts'
import type { OriginOptions } from './origin.ts'
import { isNamed } from './route-origins.ts'

/** Whether a request asks for a WebSocket, in any spelling: `h2c` and others are not ours. */
export function asksForWebSocket(header: HeaderReader): boolean {
  const options = header('connection')
    ?.toLowerCase()
    .split(/\s*,\s*/)
  return header('upgrade')?.toLowerCase() === 'websocket' && (options?.includes('upgrade') ?? false)
}

/**
 * Checks an upgrade request before anything of the app runs: first its form (RFC 6455, section
 * 4.2.1), then its Origin.
 *
 * @returns the answer that refuses it, or what its route must know when it may go on to SvelteKit:
 *   whether it is of a foreign origin that only some routes take
 */
export function examine(
  method: string,
  header: HeaderReader,
  allowed: (origin: string, host: string) => boolean,
  hostOf?: OriginOptions['hostOf'],
): Response | { foreign: boolean } {
  if (method !== 'GET') return plain(405, 'A WebSocket begins with GET.', { allow: 'GET' })
  if (header('sec-websocket-version') !== '13') {
    return plain(426, 'Only WebSocket version 13 is spoken here.', {
      'sec-websocket-version': '13',
      upgrade: 'websocket',
    })
  }
  // 16 bytes in Base64
  if (!/^[+/0-9A-Za-z]{22}==$/.test(header('sec-websocket-key') ?? '')) {
    return plain(400, 'Sec-WebSocket-Key is missing or malformed.')
  }
  const host = header('host')
  if (!host || !isHost(host)) return plain(400, 'One Host is needed.')
  // RFC 9110, section 7.8: content would have to be read before the protocol changes, and what one
  // server takes for content another takes for frames. No browser sends any.
  if (header('transfer-encoding') != null || Number(header('content-length') ?? 0) !== 0) {
    return plain(400, 'A WebSocket handshake has no content.')
  }
  if (!areProtocols(header('sec-websocket-protocol'))) {
    return plain(400, 'Sec-WebSocket-Protocol is malformed.')
  }
  const origin = header('origin')
  if (origin == null || allowed(origin, hostOf?.(header) ?? host)) return { foreign: false }
  return isNamed(origin) ? { foreign: true } : foreignOrigin()
}

/** Whether a Host is a name or an address, and maybe a port (RFC 9110, section 7.2). Two of them arrive joined by a comma. */
function isHost(host: string): boolean {
  return !/[\s,/?#@\\]/.test(host) && URL.canParse(`http://${host}`)
}

/** Whether what a client offers is a list of different tokens (RFC 6455, section 4.1), or nothing. */
function areProtocols(offered: string | null | undefined): boolean {
  const protocols = offered?.split(',').map((protocol) => protocol.trim()) ?? []
  // RFC 9110, section 5.6.2
  const tokens = protocols.every((protocol) => /^[\w!#$%&'*+.^`|~-]+$/.test(protocol))
  return tokens && new Set(protocols).size === protocols.length
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  })
}
