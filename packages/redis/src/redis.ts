import { reportError } from '@kitrt/core'
import type { OnError } from '@kitrt/core'
import type { Engine, EngineListener } from '@kitrt/core/server'
import { readEntry } from './entry.ts'
import { createKeys } from './keys.ts'
import { createLink } from './link.ts'
import { createLog } from './log.ts'
import { createPresence } from './presence.ts'
import { createSubscriptions } from './subscriptions.ts'
import { wireOf } from './wire/wire-of.ts'
import type { RedisClient } from './wire/wire-of.ts'

export interface RedisOptions {
  /** What all keys and names of Pub/Sub begin with: an app of its own on a shared server. @default 'kitrt:' */
  prefix?: string | undefined
  /** How long connecting, or an answer to a ping, may take, in ms; then a new connection is made. @default 5_000 */
  timeout?: number | undefined
  /** How often it is asked whether Redis is there, in ms. @default 5_000 */
  pingEvery?: number | undefined
  /** How much may wait for answers of Redis, in characters; more is refused. @default 33_554_432 */
  maxQueue?: number | undefined
  /** Told once when a connection is lost, and not again before it was there. @default the console */
  onError?: OnError | undefined
}

/**
 * The engine of many processes: logs, members and signals in a Redis that they share, from 7.0 on.
 *
 * The client is copied, twice, and not used itself, so it need not be connected. Nothing is connected
 * before the first call, so what only imports the app needs no Redis.
 *
 * ```ts
 * export const hub = createHub({ engine: redis(createClient({ url: process.env.REDIS_URL })) })
 * ```
 *
 * @param client of `redis` (node-redis) or of `ioredis`, also of a Redis Cluster
 * @throws {KitrtError} `bad-argument` for a prefix with braces, by which Redis Cluster shards
 */
export function redis(
  client: RedisClient,
  {
    prefix = 'kitrt:',
    timeout = 5_000,
    pingEvery = 5_000,
    maxQueue = 2 ** 25,
    onError = reportError,
  }: RedisOptions = {},
): Engine {
  const keys = createKeys(prefix)
  const signals = new Set<{ run: (message: string) => void }>()
  const shared = {
    open: wireOf(client, timeout),
    timeout,
    pingEvery,
    maxQueue,
  }
  const commands = createLink({
    ...shared,
    onLost: (error) => onError(error, { stage: 'the connection to Redis' }),
  })
  const listening = createLink({
    ...shared,
    async prepare(wire) {
      await wire.subscribe([keys.signal])
      await subscriptions.resume(wire)
    },
    onMessage(name, text) {
      if (name === keys.signal) signal(text)
      else subscriptions.message(name, text)
    },
    onLost: (error) => onError(error, { stage: 'the connection to Redis for Pub/Sub' }),
  })
  const subscriptions = createSubscriptions(listening)
  const listened = new Map<string, number>()
  const presence = createPresence(commands, keys, (channel) => listened.has(channel))

  /** What one of them throws is not the others'. */
  function safely(stage: string, run: () => void): void {
    try {
      run()
    } catch (error) {
      onError(error, { stage })
    }
  }

  function signal(message: string): void {
    for (const { run } of [...signals]) safely('a signal', () => run(message))
  }

  function hear(channel: string, listener: EngineListener, text: string): void {
    const rest = text.slice(1)
    if (text.startsWith('e')) listener.wake(readEntry(rest))
    else if (text.startsWith('t')) listener.hear(rest)
    else {
      presence.next(channel, Number(rest))
      listener.meet()
    }
  }

  function count(channel: string, by: number): void {
    const now = (listened.get(channel) ?? 0) + by
    if (now > 0) listened.set(channel, now)
    else {
      listened.delete(channel)
      presence.forget(channel)
    }
  }

  return {
    ...createLog(commands, keys),
    ...presence.calls,
    async listen(channel, listener) {
      const stop = await subscriptions.add(keys.told(channel), {
        hear: (text) => safely('a listener of the engine', () => hear(channel, listener, text)),
        gap: () =>
          safely('a listener of the engine', () => {
            listener.wake()
            listener.meet()
          }),
      })
      count(channel, 1)
      let stopped = false
      return () => {
        if (stopped) return
        stopped = true
        stop()
        count(channel, -1)
      }
    },
    async tell(channel, data) {
      await commands.send('PUBLISH', keys.told(channel), `t${data}`)
    },
    async signal(message) {
      // Who signals must hear it too.
      await listening.up()
      await commands.send('PUBLISH', keys.signal, message)
    },
    onSignal(run) {
      const mine = { run }
      signals.add(mine)
      return () => void signals.delete(mine)
    },
    async close() {
      presence.close()
      subscriptions.close()
      signals.clear()
      commands.close()
      listening.close()
    },
  }
}
