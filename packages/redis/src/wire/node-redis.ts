import type { OpenWire } from './wire.ts'

/** A client of `redis` (node-redis), as far as it is used: it is copied, and not connected itself. */
export interface NodeRedis {
  readonly options?: { socket?: object | undefined } | undefined
  duplicate(overrides?: object): NodeRedisDuplicate
}

/** A copy of a {@link NodeRedis}. */
export interface NodeRedisDuplicate {
  connect(): Promise<unknown>
  sendCommand(args: string[]): Promise<unknown>
  subscribe(
    channels: string[],
    listener: (message: string, channel: string) => void,
  ): Promise<unknown>
  unsubscribe(
    channels: string[],
    listener: (message: string, channel: string) => void,
  ): Promise<unknown>
  on(event: 'connect' | 'error' | 'end', listener: (error?: unknown) => void): unknown
  destroy(): void
}

export function nodeRedisWire(template: NodeRedis): OpenWire {
  return ({ message, lost }) => {
    const client = template.duplicate({
      // What waits and what is tried again is ours to bound, the same for every client.
      socket: { ...template.options?.socket, reconnectStrategy: false },
      disableOfflineQueue: false,
    })
    // Without a listener an error ends the process.
    client.on('error', lost)
    client.on('end', lost)
    // What is destroyed while it connects goes on, and would stay (redis 6.3.1).
    let ended = false
    client.on('connect', () => ended && client.destroy())
    const hear = (text: string, name: string): void => message(name, text)
    return {
      ready: client.connect(),
      send: (...args) => client.sendCommand(args),
      subscribe: async (names) => void (await client.subscribe(names, hear)),
      // By its listener: without, who subscribes again meanwhile is forgotten with it (redis 6.3.1).
      unsubscribe: async (names) => void (await client.unsubscribe(names, hear)),
      end() {
        ended = true
        client.destroy()
      },
    }
  }
}
