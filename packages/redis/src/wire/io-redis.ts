import type { OpenWire } from './wire.ts'

/** A client of `ioredis`, as far as it is used: it is copied, and not connected itself. */
export interface IoRedis {
  /** Commands by their name: what tells this client from the others. */
  call(command: string, ...args: string[]): Promise<unknown>
  duplicate(override?: object): IoRedisDuplicate
}

/** A copy of an {@link IoRedis}. */
export interface IoRedisDuplicate {
  connect(): Promise<unknown>
  call(command: string, ...args: string[]): Promise<unknown>
  subscribe(...channels: string[]): Promise<unknown>
  unsubscribe(...channels: string[]): Promise<unknown>
  on(event: 'error' | 'end', listener: (error?: unknown) => void): unknown
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  disconnect(): void
}

export function ioRedisWire(template: IoRedis): OpenWire {
  return ({ message, lost }) => {
    const client = template.duplicate({
      lazyConnect: true,
      // What waits and what is tried again is ours to bound, the same for every client.
      retryStrategy: () => null,
      reconnectOnError: null,
      autoResubscribe: false,
      // What was told once must not be told again.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: null,
      // Ours is in the keys already, which scripts see as they are.
      keyPrefix: '',
    })
    client.on('error', lost)
    client.on('end', lost)
    client.on('message', message)
    return {
      ready: client.connect(),
      send: (command, ...args) => client.call(command, ...args),
      subscribe: async (names) => void (await client.subscribe(...names)),
      unsubscribe: async (names) => void (await client.unsubscribe(...names)),
      end: () => client.disconnect(),
    }
  }
}
