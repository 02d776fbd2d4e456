import { version } from '../protocol/frames.ts'
import type { ClientTransport, TransportConnection } from './transport.ts'

/** The channel on which all tabs that use an endpoint are told to ask who they are. */
export const resetChannel = (url: string): string => `kitrt.${version} ${url}`

/**
 * A transport whose connections are of all tabs. What they have to do with each other comes when it
 * is first opened; where it does not, each tab has its own.
 */
export function shareTransport(own: ClientTransport): ClientTransport {
  const shared: ClientTransport = {
    name: own.name,
    open(options) {
      let connection: TransportConnection | undefined
      let closed = false
      async function open(): Promise<void> {
        try {
          const { mayShare, openTab } = await import('./tabs/index.ts')
          await mayShare(globalThis)
          if (!closed) connection = openTab(own, options)
        } catch {
          Object.assign(shared, own)
          if (!closed) options.onEnd({ outcome: 'later' })
        }
      }
      void open()
      return {
        send: (message) => connection?.send(message),
        close() {
          closed = true
          connection?.close()
        },
      }
    },
  }
  return shared
}
