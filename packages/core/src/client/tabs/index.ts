import { reportError } from '../../on-error.ts'
import type { OnError } from '../../on-error.ts'
import type { ClientTransport, TransportConnection, TransportOptions } from '../transport.ts'
import type { Browser } from './browser.ts'
import { enterGroup } from './membership.ts'
import type { Membership } from './membership.ts'

/** A connection over the one that all tabs of this browser and user share (rule 17 of PROTOCOL.md). */
export function openTab(
  transport: ClientTransport,
  { url, greeting, onMessage, onEnd }: TransportOptions,
  browser: Browser = globalThis,
  onError: OnError = reportError,
): TransportConnection {
  let greeted = false
  let membership: Membership
  function enter(): void {
    membership = enterGroup({
      transport,
      url,
      greeting,
      browser,
      onMessage(message) {
        greeted = true
        onMessage(message)
      },
      onLost() {
        // What the server has not answered can be asked again, of whoever leads next.
        if (greeted) onEnd({ outcome: 'later', atOnce: true })
        else enter()
      },
      onEnd,
      onError,
    })
  }
  enter()
  return {
    send: (message) => membership.send(message),
    close: () => membership.leave(),
  }
}

/** @throws where a page may not use locks, such as a sandboxed frame's */
export const mayShare = ({ navigator }: Pick<Browser, 'navigator'>): Promise<unknown> =>
  navigator.locks.query()
