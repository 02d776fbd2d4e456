import type { Ending } from '../client/connection-status.ts'
import type { NetworkEvents } from '../client/reconnector.ts'
import type { ClientTransport, TransportOptions } from '../client/transport.ts'
import type { ChannelHub } from '../server/hub/channel-hub.ts'
import type { Connection } from '../server/hub/connection.ts'

/** Ways to a hub in the same process. */
export interface HubTransports {
  readonly socket: ClientTransport
  readonly stream: ClientTransport
  /** Says when there is a way, as a window does. */
  readonly network: NetworkEvents & { readonly navigator: { readonly onLine: boolean } }
  offline(is: boolean): void
}

export function hubTransports<Event>(hub: ChannelHub<Event>, event: Event): HubTransports {
  let onLine = true
  const listeners = new Set<{ type: string; listener: () => void }>()
  const tell = (type: string): void => {
    for (const one of listeners) if (one.type === type) one.listener()
  }

  function open(
    duplex: boolean,
    { greeting, onMessage, onEnd }: TransportOptions,
  ): ReturnType<ClientTransport['open']> {
    let connection: Connection | undefined
    let over = false
    const end = (ending: Ending): void => {
      if (over) return
      over = true
      connection?.closed()
      onEnd(ending)
    }

    async function connect(): Promise<void> {
      if (!onLine) return end({ outcome: 'later' })
      const connectTo = await hub.connect(event)
      if (over) return
      connection = connectTo({
        duplex,
        // Not in the turn of who sends, as it is with a network.
        send: (message) => queueMicrotask(() => over || onMessage(message)),
        bufferedAmount: () => 0,
        onDrain: (taken) => taken(),
        close: () => queueMicrotask(() => end({ outcome: 'later' })),
      })
      connection.received(greeting)
    }

    connect().catch((error: { status?: number }) => {
      const refused = error.status !== undefined && error.status < 500
      end({ outcome: refused ? 'refused' : 'later' })
    })
    return {
      send(message) {
        if (duplex) queueMicrotask(() => over || connection?.received(message))
      },
      close() {
        over = true
        connection?.closed()
      },
    }
  }

  return {
    socket: { name: 'socket', open: (options) => open(true, options) },
    stream: {
      name: 'stream',
      open: (options) => open(false, options),
      async post(_url, body, signal) {
        if (onLine) return hub.post(event, body, signal)
        throw new Error('offline')
      },
    },
    network: {
      navigator: {
        get onLine() {
          return onLine
        },
      },
      addEventListener: (type, listener) => void listeners.add({ type, listener }),
      removeEventListener(type, listener) {
        for (const one of listeners) {
          if (one.type === type && one.listener === listener) listeners.delete(one)
        }
      },
    },
    offline(is) {
      if (is !== onLine) return
      onLine = !is
      tell(is ? 'offline' : 'online')
    },
  }
}
