import type { ClientTransport } from '@kitrt/core/client'
import type { Carried, ChannelHub } from '@kitrt/core/server'

/** What a client has seen of its connections. */
export interface Seen {
  /** How often it has connected. */
  connections: number
  /** Why it was reset, each time. */
  resets: string[]
}

export interface DirectTransportOptions {
  user: string
  /** To whom a connection goes; `undefined` when nobody is there. */
  hub: () => ChannelHub | undefined
  /** Who takes POSTs. @default one socket carries all */
  poster?: (() => ChannelHub | undefined) | undefined
  seen: Seen
  /** Those that are open, by their hub; each can be cut, and neither side is told more than that. */
  links?: Map<() => void, ChannelHub> | undefined
}

/** A way to hubs in the same process: nothing is between, and nothing is lost but by a cut. */
export function directTransport({
  user,
  hub,
  poster,
  seen,
  links,
}: DirectTransportOptions): ClientTransport {
  return {
    name: 'direct',
    open({ greeting, onMessage, onEnd }) {
      seen.connections++
      let carried: Carried | undefined
      let open = true
      const later = (run: () => void): void => queueMicrotask(() => open && run())
      const end = (): void => {
        if (!open) return
        open = false
        links?.delete(cut)
        carried?.closed()
      }
      const cut = (): void => {
        end()
        onEnd({ outcome: 'later' })
      }
      const to = hub()
      if (to) links?.set(cut, to)
      else later(cut)
      void to?.connect({ user }).then((connect) => {
        if (!open) return undefined
        carried = connect({
          duplex: !poster,
          send(message) {
            for (const [, reason = ''] of message.matchAll(/"reset":"(\w+)"/g)) {
              seen.resets.push(reason)
            }
            later(() => onMessage(message))
          },
          bufferedAmount: () => 0,
          onDrain: (taken) => later(taken),
          close: () => later(cut),
        })
        return carried.received(greeting)
      })
      return { send: (message) => later(() => carried?.received(message)), close: end }
    },
    post:
      poster &&
      (async (_url, body, signal) => {
        const to = poster()
        if (!to) throw new Error('nobody is there')
        return to.post({ user }, body, signal)
      }),
  }
}
