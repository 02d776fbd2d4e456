import type { Engine, EngineListener } from '../engine.ts'
import { reportError } from '../../on-error.ts'
import { idOf } from '../../protocol/position.ts'
import { createLeases } from './leases.ts'
import type { Leases } from './leases.ts'
import { createLog } from './log.ts'
import type { Log } from './log.ts'

/** How often logs that nobody uses are looked for, in ms. */
const sweep = 60_000

/**
 * The engine of one process: logs in its memory, gone when it ends. Clients then find another epoch
 * and begin anew from the app's data. What a channel may take is bounded by its `history`.
 */
export function memory(): Engine {
  const logs = new Map<string, Log>()
  const listeners = new Map<string, Set<{ listener: EngineListener }>>()
  const leases = new Map<string, Leases>()
  const signals = new Set<{ run: (message: string) => void }>()
  let sweeping: ReturnType<typeof setTimeout> | undefined
  const epoch = createId()
  /** What a channel without a log looks like, and begins from. */
  let empty = createLog(epoch, createId(), createId)

  function logOf(channel: string): Log {
    const log = logs.get(channel) ?? createLog(epoch, idOf(empty.last), createId)
    logs.set(channel, log)
    return log
  }

  /** What one of them throws is not the others', nor the publisher's. */
  function each(channel: string, run: (listener: EngineListener) => void): void {
    for (const { listener } of [...(listeners.get(channel) ?? [])]) {
      try {
        run(listener)
      } catch (error) {
        reportError(error, { stage: 'a listener of the engine' })
      }
    }
  }

  function leasesOf(channel: string): Leases {
    const known =
      leases.get(channel) ?? createLeases(() => each(channel, (listener) => listener.meet()))
    leases.set(channel, known)
    return known
  }

  /** Drops the logs that hold nothing more. */
  function clean(): void {
    sweeping = undefined
    const before = logs.size
    for (const [channel, log] of logs) {
      if (log.expire() && !listeners.has(channel)) logs.delete(channel)
    }
    for (const [channel, held] of leases) if (held.isEmpty) leases.delete(channel)
    // Or who knew the dropped log when it was empty would take its next events for all that there were.
    if (logs.size < before) empty = createLog(epoch, createId(), createId)
    arm()
  }

  function arm(): void {
    if (sweeping !== undefined || logs.size + leases.size === 0) return
    sweeping = setTimeout(clean, sweep)
    ;(sweeping as { unref?: () => void }).unref?.()
  }

  return {
    async append(channel, data, options) {
      const { entry, duplicate } = logOf(channel).append(data, options)
      arm()
      if (!duplicate) {
        each(channel, (listener) => listener.wake(entry))
      }
      return { position: entry.position, duplicate }
    },
    async read(channel, after, limit) {
      return (logs.get(channel) ?? empty).read(after, limit)
    },
    async lasts(channels) {
      return channels.map((channel) => (logs.get(channel) ?? empty).last)
    },
    async listen(channel, listener) {
      const mine = { listener }
      const all = listeners.get(channel) ?? new Set()
      listeners.set(channel, all.add(mine))
      // What is followed must stay what it is when others are dropped.
      logOf(channel)
      return () => {
        all.delete(mine)
        if (all.size === 0 && listeners.get(channel) === all) listeners.delete(channel)
        arm()
      }
    },
    async tell(channel, data) {
      each(channel, (listener) => listener.hear(data))
    },
    async lease(channel, taken, ttl) {
      leasesOf(channel).take(taken, ttl)
      arm()
    },
    async release(channel, released, grace) {
      leases.get(channel)?.release(released, grace)
    },
    async members(channel, limit) {
      return leases.get(channel)?.members(limit) ?? { list: [], count: 0 }
    },
    async signal(message) {
      for (const { run } of signals) {
        try {
          run(message)
        } catch (error) {
          reportError(error, { stage: 'a signal' })
        }
      }
    },
    onSignal(run) {
      const listener = { run }
      signals.add(listener)
      return () => void signals.delete(listener)
    },
    async close() {
      clearTimeout(sweeping)
      for (const held of leases.values()) held.stop()
      leases.clear()
      logs.clear()
      listeners.clear()
      signals.clear()
    },
  }
}

/** 128 random bits. */
function createId(): string {
  return crypto.randomUUID().replaceAll('-', '')
}
