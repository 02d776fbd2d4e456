import type { SocketData } from './peer.ts'

/** What the messages of a route are, told by its type alone. */
export interface Messages<Receive, Send> {
  /** What clients send. */
  receive: Receive
  /** What clients get. */
  send: Send
}

/** The handler that `socket()` makes of a route. `openSocket<typeof GET>` learns its messages from it. */
export type SocketRoute<Event, Receive = SocketData, Send = SocketData> = ((
  event: Event,
) => Promise<Response>) & {
  /** Never there: types only. */
  readonly messages?: Messages<Receive, Send>
}
