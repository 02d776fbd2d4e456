import { createSubscriber } from 'svelte/reactivity'
import { BROWSER } from 'esm-env'
import type { AnyRoute, IsRaw, JsonSocket, Sent } from './messages-of.ts'
import { createSocket } from './open-socket.ts'
import type { ClientSocket } from './client-socket.ts'
import type { OpenSocketOptions, Protocols } from './socket-options.ts'
import type { SocketRoute } from '../messages.ts'

export type { ConnectionStatus } from '@kitrt/core/client'
export type { SocketEnding } from './dial.ts'
export type { SocketMessage } from './outbox.ts'
export type { ClientSocket, OpenSocketOptions, Protocols, SocketRoute }

/** {@link OpenSocketOptions} of a socket whose messages are JSON. */
export type JsonSocketOptions<Outgoing = unknown> = OpenSocketOptions<Outgoing> & { json: true }

/** {@link OpenSocketOptions} of a socket whose messages are text and bytes. */
export type RawSocketOptions = OpenSocketOptions & { json?: false | undefined }

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
 * With `json: true` messages are values, and with the type of the route their types are known:
 * `openSocket<typeof GET>('/chat/blue', { json: true })`. A route that has types of its own must be
 * opened so. For a server that is not kitrt's, say `SocketRoute<never, WhatISend, WhatIGet>`.
 *
 * @param url of the route, relative to the page or absolute; `http` and `ws` schemes mean the same
 * @throws {KitrtError} `bad-argument` for an address that is none, and for options out of bounds
 */
export function openSocket<Route extends AnyRoute = SocketRoute<never>>(
  url: string | URL,
  options: JsonSocketOptions<Sent<Route>>,
): JsonSocket<Route>
export function openSocket<Route extends AnyRoute = SocketRoute<never>>(
  url: string | URL,
  ...options: IsRaw<Route> extends true
    ? [options?: RawSocketOptions]
    : [options: JsonSocketOptions<Sent<Route>>]
): ClientSocket
export function openSocket(
  url: string | URL,
  options: OpenSocketOptions<never> = {},
): ClientSocket<unknown, never> {
  return createSocket<unknown, never>(url, options, {
    live: BROWSER,
    createSubscriber,
    WebSocket: globalThis.WebSocket,
    fetch: (...request) => globalThis.fetch(...request),
    page: BROWSER ? globalThis.window : undefined,
    href: BROWSER ? globalThis.location.href : undefined,
  })
}
export { websocket } from './websocket.ts'
export type { WebsocketOptions } from './websocket.ts'
