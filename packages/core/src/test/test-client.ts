import type { Calls, Channel } from '../channel.ts'
import { createLiveChannel } from '../client/live-channel.ts'
import type { LiveChannel } from '../client/live-channel.ts'
import { createSession } from '../client/session.ts'
import type { Session } from '../client/session.ts'
import type { OnError } from '../on-error.ts'
import type { ChannelHub } from '../server/hub/channel-hub.ts'
import { hubTransports } from './hub-transports.ts'

export interface TestClientOptions {
  /** How it is connected: like a WebSocket, or like a stream with POSTs beside it. @default 'socket' */
  over?: 'socket' | 'stream' | undefined
  /** @default the console */
  onError?: OnError | undefined
}

/** A client of a hub in the same process: the session that browsers have, without a network. */
export interface TestClient {
  readonly session: Session
  /** A channel as a page has it. Who only looks at `current` is no reader: subscribe, or loop over `events()`. */
  live<Params, Event, Input, Draft, State, Member, Of extends Calls>(
    channel: Channel<Params, Event, Input, Draft, State, Member, Of>,
    ...[params]: Params extends void ? [] : [params: Params]
  ): LiveChannel<State, Event, Draft, Member>
  /** Takes the way to the hub away, without a word, or gives it back. */
  offline(is: boolean): void
  close(): void
}

/**
 * Connects to a hub, as who `user` of the hub makes of the event.
 *
 * ```ts
 * const ada = createTestClient(hub, { locals: { user: { id: 'ada' } } })
 * const chat = ada.live(room, { id: '7' })
 * ```
 *
 * @param event what the hub's `user`, and rules that ask for it, are given in place of a request's
 */
export function createTestClient<Event>(
  hub: ChannelHub<Event>,
  event: Event,
  { over = 'socket', onError }: TestClientOptions = {},
): TestClient {
  const way = hubTransports(hub, event)
  const session = createSession({
    url: 'test://hub/',
    transports: [way[over]],
    onError,
    network: way.network,
  })
  return {
    session,
    live: (channel, ...[params]) =>
      createLiveChannel({
        channel,
        params: channel.params(params),
        createSubscriber: () => () => {},
        live: true,
        connected(run) {
          run(session)
          return () => {}
        },
      }) as never,
    offline: way.offline,
    close: session.close,
  }
}
