import type { OnError } from '../on-error.ts'
import type { BackoffOptions } from './backoff.ts'
import type { ConnectionStatus } from './connection-status.ts'
import type { ReconnectorOptions } from './reconnector.ts'
import type { ClientTransport } from './transport.ts'
import type { TransportMemory } from './transport-choice.ts'

export interface SessionOptions extends BackoffOptions {
  /** Of the endpoint, absolute. */
  url: string
  /** In the order in which they are tried. */
  transports: readonly ClientTransport[]
  network?: ReconnectorOptions['network']
  /** Remembers which transport worked. @default nothing */
  memory?: TransportMemory | undefined
  onStatus?: ((status: ConnectionStatus) => void) | undefined
  /** @default the console */
  onError?: OnError | undefined
  /** How long the connection stays when nothing uses it, in ms. @default 2_000 */
  linger?: number | undefined
  /** How long a transport may take until the server has greeted, in ms, when there is another to try. @default 3_000 */
  greetTimeout?: number | undefined
  /** How many publications may wait for an answer. @default 100 */
  maxWaiting?: number | undefined
  /** How long a POST may take, in ms. @default 15_000 */
  postTimeout?: number | undefined
}
