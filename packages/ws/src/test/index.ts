import type { RequestEvent } from '../request-event.ts'
import type { SocketRoute } from '../messages.ts'
import { slots } from '../slot.ts'
import type { UpgradeSlot } from '../slot.ts'
import { createTestEvent } from './test-event.ts'
import type { TestEventOptions } from './test-event.ts'
import { createTestWire } from './test-wire.ts'
import type { TestClient } from './test-wire.ts'

export type { TestClient, TestEventOptions }

type Sent<Route> = Route extends { readonly messages?: { receive: infer Receive } }
  ? Receive
  : never
type Got<Route> = Route extends { readonly messages?: { send: infer Send } } ? Send : never

/**
 * Opens a socket of a route without a server or a network, for unit tests. Several of them are
 * several peers of the route: topics, `peers()` and limits work as they do in the server.
 *
 * ```ts
 * const ada = await openTestSocket(GET, { route: '/chat/[room]', params: { room: 'blue' }, locals: { user: 'ada' } })
 * const bob = await openTestSocket(GET, { route: '/chat/[room]', params: { room: 'blue' }, locals: { user: 'bob' } })
 * ada.send('hello')
 * expect(await bob.next()).toBe('hello')
 * ```
 *
 * @param route what the `+server.ts` exports as `GET`
 * @returns the browser's end of the socket
 * @throws the `Response` with which the route refuses, and what its handler throws (SvelteKit's `error(401)` …)
 */
export async function openTestSocket<Route extends SocketRoute<never, unknown, unknown>>(
  route: Route,
  options: TestEventOptions = {},
): Promise<TestClient<Sent<Route>, Got<Route>>> {
  const event = createTestEvent(options)
  const slot: UpgradeSlot = { request: event.request, foreign: false }
  const response = await slots.run(slot, () =>
    (route as unknown as (event: RequestEvent) => Promise<Response>)(event),
  )
  const { connection } = slot
  if (!connection) throw response
  const { wire, client } = createTestWire(connection)
  connection.opened(wire)
  return client as TestClient<Sent<Route>, Got<Route>>
}
