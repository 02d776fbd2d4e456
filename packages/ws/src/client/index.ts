import { createSubscriber } from 'svelte/reactivity'
import { BROWSER } from 'esm-env'
import { createSocket } from './open-socket.ts'
import type { ClientSocket, OpenSocketOptions } from './open-socket.ts'

export type { ConnectionStatus } from '@kitrt/core/client'
export type { ClientSocket, OpenSocketOptions }

/**
 * A WebSocket that keeps itself up, as a store and as a rune-friendly object.
 *
 * ```svelte
 * <script>
 *   import { openSocket } from '@kitrt/ws/client'
 *   const chat = openSocket('/chat/blue')
 * </script>
 * {$chat} {chat.current} {chat.status}
 * ```
 *
 * Nothing connects during SSR: there `current` is `undefined` and `status` is `idle`.
 *
 * @param url of the route, relative to the page or absolute; `http` and `ws` schemes mean the same
 */
export function openSocket(url: string | URL, options: OpenSocketOptions = {}): ClientSocket {
  return createSocket(url, options, {
    live: BROWSER,
    createSubscriber,
    WebSocket: globalThis.WebSocket,
    fetch: (...request) => globalThis.fetch(...request),
    network: BROWSER ? globalThis.window : undefined,
    base: BROWSER ? globalThis.location.href : undefined,
  })
}
