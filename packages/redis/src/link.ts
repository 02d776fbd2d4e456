import { KitrtError } from '@kitrt/core'
import { createBackoff } from '@kitrt/core/client'
import type { OpenWire, Wire } from './wire/wire.ts'

/** A connection to Redis that is made anew whenever it is lost, or does not answer. */
export interface Link {
  /** The wire, when there is one that may be used. Rejects when there is none in time. */
  up(): Promise<Wire>
  /** The wire, if there is one now. */
  readonly wire: Wire | undefined
  /** Sends a command. Rejects when too much waits, or Redis says so, or there is no answer. */
  send(command: string, ...args: string[]): Promise<unknown>
  /** A wire is of no use any more. */
  drop(wire: Wire, error: unknown): void
  close(): void
}

export interface LinkOptions {
  open: OpenWire
  /** How long connecting, or an answer to a ping, may take, in ms. */
  timeout: number
  /** How often it is asked whether the other side is there, in ms. */
  pingEvery: number
  /** How much may wait for answers, in characters. */
  maxQueue: number
  /** What must be done on a new wire before it is used. */
  prepare?: (wire: Wire) => Promise<void>
  onMessage?: (name: string, text: string) => void
  /** Told once when it is lost, and not again until it was there. */
  onLost: (error: unknown) => void
}

/** What a command costs beside its text, in characters. */
const overhead = 512

/** Connects when it is first used: what only imports the app must not. */
export function createLink({
  open,
  timeout,
  pingEvery,
  maxQueue,
  prepare,
  onMessage = () => {},
  onLost,
}: LinkOptions): Link {
  // As short as 2 s at most: ten processes that ask again each second are nothing to a server that is back.
  const backoff = createBackoff({ base: 100, cap: 2_000 })
  const waiting = new Set<PromiseWithResolvers<Wire>>()
  let current: Wire | undefined
  /** Being made; not to be used yet. */
  let opening: Wire | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let told = false
  let closed = false
  let queued = 0

  async function start(): Promise<void> {
    timer = undefined
    let wire: Wire | undefined
    try {
      wire = opening = open({
        message: (name, text) => wire === (current ?? opening) && onMessage(name, text),
        lost: (error) => wire && drop(wire, error),
      })
      await inTime(wire.ready, 'Connecting')
      if (prepare && wire === opening) await inTime(prepare(wire), 'Subscribing')
      if (wire !== opening) return
      opening = undefined
      current = wire
      told = false
      backoff.reset()
      for (const one of waiting) one.resolve(wire)
      waiting.clear()
      arm(() => void ping(), pingEvery)
    } catch (error) {
      if (wire) drop(wire, error)
      else lose(error)
    }
  }

  async function ping(): Promise<void> {
    const wire = current
    if (!wire) return
    try {
      await inTime(wire.send('PING'), 'A ping')
      if (wire === current) arm(() => void ping(), pingEvery)
    } catch (error) {
      drop(wire, error)
    }
  }

  function drop(wire: Wire, error: unknown): void {
    if (wire !== current && wire !== opening) return
    current = opening = undefined
    endWire(wire)
    lose(error)
  }

  function lose(error: unknown): void {
    if (closed) return
    if (!told) onLost(error)
    told = true
    arm(() => void start(), backoff.next())
  }

  function arm(run: () => void, ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(run, ms)
  }

  function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        reject(new KitrtError('unavailable', `${what} took Redis longer than ${timeout} ms.`))
      const late = setTimeout(fail, timeout)
      promise.then(resolve, reject).finally(() => clearTimeout(late))
    })
  }

  async function up(): Promise<Wire> {
    if (closed) throw isClosed()
    if (current) return current
    if (!opening && timer === undefined) void start()
    const mine = Promise.withResolvers<Wire>()
    waiting.add(mine)
    try {
      return await inTime(mine.promise, 'Connecting')
    } finally {
      waiting.delete(mine)
    }
  }

  return {
    up,
    get wire() {
      return current
    },
    async send(command, ...args) {
      const cost = args.reduce((sum, arg) => sum + arg.length, overhead)
      if (queued + cost > maxQueue) {
        throw new KitrtError('unavailable', `${queued} characters wait for Redis already.`)
      }
      queued += cost
      let wire: Wire | undefined
      try {
        wire = current ?? (await up())
        return await wire.send(command, ...args)
      } catch (error) {
        // It leads to what was the master: the next one is looked for anew.
        if (wire && error instanceof Error && error.message.startsWith('READONLY')) {
          drop(wire, error)
        }
        throw error
      } finally {
        queued -= cost
      }
    },
    drop,
    close() {
      closed = true
      clearTimeout(timer)
      for (const wire of [current, opening]) if (wire) endWire(wire)
      current = opening = undefined
      for (const one of waiting) one.reject(isClosed())
      waiting.clear()
    },
  }
}

const isClosed = (): KitrtError => new KitrtError('closed', 'The engine is closed.')

function endWire(wire: Wire): void {
  wire.ready.catch(() => {})
  try {
    wire.end()
  } catch {
    // It has ended by itself.
  }
}
