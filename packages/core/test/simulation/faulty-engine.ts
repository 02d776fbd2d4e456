import type { Engine, EngineListener, Entry } from '../../src/server/engine.ts'
import { epochOf, idOf, offsetOf } from '../../src/protocol/position.ts'
import { memory } from '../../src/server/memory/index.ts'
import type { Clock } from '../../src/test/clock.ts'
import type { Random } from './random.ts'

/** An engine that does what engines do on bad days, and its memory of all that was ever stored. */
export interface FaultyEngine extends Engine {
  /** From here on it behaves. */
  heal(): void
  /** Loses the last entries of a channel, as a lagging replica that takes over does. */
  fork(channel: string): void
  /** Begins the log of a channel anew, as after FLUSHALL. */
  flush(channel: string): void
  /** Answers nothing for a while, and takes calls that fail later. In ms. */
  goAway(ms: number): void
  /** The data of what logs have lost after they had stored it. */
  readonly lost: Set<string>
  /** The data of what began anew with its log: tried again, it is stored again, as a key goes with the log. */
  readonly forgotten: Set<string>
  /** Every entry that was ever stored, by id; trimmed and forked ones too. */
  readonly stored: Map<string, { channel: string; previous: string; data: string; at: number }>
}

/** One log that can be forked: `memory()` never forgets what it has said. */
interface Branching {
  epoch: string
  entries: Entry[]
  keys: Map<string, Entry>
  offset: number
  last: string
}

/** @param forks whether logs may fork; without, the real memory engine is at work */
export function createFaultyEngine(clock: Clock, random: Random, forks: boolean): FaultyEngine {
  const real = forks ? createBranchingEngine() : memory()
  const stored: FaultyEngine['stored'] = new Map()
  let ill = true
  const lost = new Set<string>()
  const forgotten = new Set<string>()

  const fails = (probability: number): boolean => ill && random.chance(probability)
  const delay = (): Promise<void> =>
    clock.sleep(ill && random.chance(0.05) ? random.between(50, 6_000) : random.between(0, 20))
  const fault = (): never => {
    throw new Error('the engine is away')
  }
  let awayUntil = 0
  const isAway = (): boolean => ill && clock.now < awayUntil
  /** Before each call: it may be late, or never reach the engine. */
  async function arrive(probability = 0.05): Promise<void> {
    await delay()
    // Clients of engines wait for them to come back, and give up at a deadline of their own.
    if (isAway()) {
      await clock.sleep(Math.min(awayUntil - clock.now, random.between(0, 5_000)))
      if (isAway()) fault()
    }
    if (fails(probability)) fault()
  }
  /** After each: it is done, and who asked may never know. */
  async function answer<T>(result: T): Promise<T> {
    await delay()
    if (fails(0.05) || isAway()) fault()
    return result
  }

  return {
    stored,
    lost,
    forgotten,
    heal() {
      ill = false
    },
    fork(channel) {
      if (!forks || !ill) return
      for (const { data } of (real as BranchingEngine).fork(channel)) lost.add(data)
    },
    flush(channel) {
      if (!forks || !ill) return
      const { entries, keys } = (real as BranchingEngine).flush(channel)
      for (const { data } of entries) lost.add(data)
      for (const { data } of keys) forgotten.add(data)
    },
    goAway(ms) {
      awayUntil = clock.now + ms
    },
    async append(channel, data, options) {
      await arrive()
      const [before = ''] = await real.lasts([channel])
      const result = await real.append(channel, data, options)
      if (!result.duplicate) {
        const previous = idOf(before)
        stored.set(idOf(result.position), { channel, previous, data, at: clock.now })
      }
      return answer(result)
    },
    async read(...from) {
      await arrive()
      const page = await real.read(...from)
      await clock.sleep(random.between(0, 20))
      return page
    },
    async lasts(channels) {
      await arrive()
      return real.lasts(channels)
    },
    async listen(channel, listener) {
      await arrive(0.03)
      let listening = true
      const sometime = (run: () => void): void => {
        const times = fails(0.1) ? 0 : fails(0.1) ? 2 : 1
        for (let time = 0; time < times; time++) {
          clock.after(fails(0.2) ? random.between(0, 3_000) : random.between(0, 5), () => {
            if (listening) run()
          })
        }
      }
      const stop = await real.listen(channel, {
        wake: (entry) => sometime(() => listener.wake(fails(0.2) ? undefined : entry)),
        hear(data) {
          if (!fails(0.1)) clock.after(random.between(0, 5), () => listening && listener.hear(data))
        },
        meet: () => sometime(() => listener.meet()),
      })
      return () => {
        listening = false
        stop()
      }
    },
    async tell(channel, data) {
      await arrive()
      await answer(await real.tell(channel, data))
    },
    async lease(...of) {
      await arrive()
      await answer(await real.lease(...of))
    },
    async release(...of) {
      await arrive()
      await answer(await real.release(...of))
    },
    async members(...of) {
      await arrive()
      return real.members(...of)
    },
    async signal(message) {
      await arrive()
      await real.signal(message)
    },
    onSignal: real.onSignal,
    close: real.close,
  }
}

interface BranchingEngine extends Engine {
  /** @returns what it has lost */
  fork(channel: string): Entry[]
  /** @returns what it has lost, and all whose keys it has forgotten */
  flush(channel: string): { entries: Entry[]; keys: Entry[] }
}

function createBranchingEngine(): BranchingEngine {
  const base = memory()
  const logs = new Map<string, Branching>()
  const listeners = new Map<string, Set<{ listener: EngineListener }>>()

  function logOf(channel: string): Branching {
    const known = logs.get(channel)
    if (known) return known
    const epoch = crypto.randomUUID()
    const log = { epoch, entries: [], keys: new Map(), offset: 0, last: `${epoch}.0.${epoch}` }
    logs.set(channel, log)
    return log
  }

  return {
    ...base,
    fork(channel) {
      const log = logOf(channel)
      const lost = log.entries.splice(-2)
      const [first] = lost
      if (!first) return []
      log.offset -= lost.length
      log.last = log.entries.at(-1)?.position ?? `${log.epoch}.${log.offset}.${first.previous}`
      for (const [key, entry] of log.keys) if (lost.includes(entry)) log.keys.delete(key)
      return lost
    },
    flush(channel) {
      const { entries, keys } = logOf(channel)
      logs.delete(channel)
      return { entries, keys: [...keys.values()] }
    },
    async append(channel, data, { key, size, latest }) {
      const log = logOf(channel)
      const known = key === undefined ? undefined : log.keys.get(key)
      if (known) return { position: known.position, duplicate: true }
      const position = `${log.epoch}.${++log.offset}.${crypto.randomUUID()}`
      const entry: Entry = { position, previous: idOf(log.last), data, at: Date.now(), latest }
      if (latest !== undefined) {
        log.entries = log.entries.filter((other) => other.latest !== latest)
      }
      log.entries.push(entry)
      log.entries.splice(0, log.entries.length - size)
      log.last = position
      if (key !== undefined) log.keys.set(key, entry)
      for (const { listener } of listeners.get(channel) ?? []) listener.wake(entry)
      return { position, duplicate: false }
    },
    async read(channel, after, limit) {
      const log = logOf(channel)
      const from = after && epochOf(after) === log.epoch ? Number(offsetOf(after)) : 0
      const entries = log.entries.filter(({ position }) => Number(offsetOf(position)) > from)
      return { entries: entries.slice(0, limit), last: log.last }
    },
    async lasts(channels) {
      return channels.map((channel) => logOf(channel).last)
    },
    async listen(channel, listener) {
      const all = listeners.get(channel) ?? new Set()
      const mine = { listener }
      listeners.set(channel, all.add(mine))
      const stop = await base.listen(channel, { ...listener, wake() {} })
      return () => {
        stop()
        all.delete(mine)
      }
    },
  }
}
