import type { Messages } from '../messages.ts'
import type { SocketData } from '../peer.ts'
import type { ClientSocket } from './client-socket.ts'

/** A route, as far as its messages go: what `typeof GET` is of a `socket()`. */
export interface AnyRoute {
  readonly messages?: Messages<unknown, unknown>
}

type MessagesOf<Route extends AnyRoute> = NonNullable<Route['messages']>

/** Whether a type is text and bytes, and no more or less. `any`, which is everything, is not. */
type IsSocketData<T> = unknown extends T
  ? false
  : [T, SocketData] extends [SocketData, T]
    ? true
    : false

/** Whether a route's messages are text and bytes, as they come: whether it has no types of its own. */
export type IsRaw<Route extends AnyRoute> = [
  IsSocketData<MessagesOf<Route>['receive']>,
  IsSocketData<MessagesOf<Route>['send']>,
] extends [true, true]
  ? true
  : false

/** What clients of a route send, as JSON. */
export type Sent<Route extends AnyRoute> =
  IsRaw<Route> extends true ? unknown : MessagesOf<Route>['receive']

/** A socket to a route whose messages are JSON. */
export type JsonSocket<Route extends AnyRoute> = ClientSocket<
  IsRaw<Route> extends true ? unknown : MessagesOf<Route>['send'],
  Sent<Route>
>
