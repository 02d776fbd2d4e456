import { mark } from '../app/src/lib/publish-turns.ts'
import { quantile } from '../ratio.ts'
import type { Greeting } from '../sides.ts'
import { subscribe } from './subscriber.ts'
import type { Subscriber } from './subscriber.ts'

export interface GroupOptions {
  port: number
  greeting: Greeting
  count: number
}

/** What was read until all had come. */
export interface Delivered {
  /** When the last came. */
  at: number
  /** From publishing to reading, in ms. */
  p50: number
  p99: number
}

/** Subscribers that are measured together. */
export interface Group {
  /** Adds some. */
  connect(options: GroupOptions): Promise<void>
  /** Begins to count. */
  expect(events: number): void
  /** Resolves when all of them together have read as many events as were expected. */
  delivered(): Promise<Delivered>
  stop(): void
  end(): void
}

/** How many connect at once. */
const atOnce = 50
/** Of so many events one is looked at; no power of two, as the events of a turn are. */
const sample = 7
/** The digits of the time behind a mark. */
const digits = 17

const now = (): number => performance.timeOrigin + performance.now()

export function createGroup(): Group {
  const members: Subscriber[] = []
  let seen = 0
  let wanted = Infinity
  let latencies: number[] = []
  let all = Promise.withResolvers<Delivered>()

  /** @param half whether the chunk before ended in the middle of a mark */
  function read(chunk: Buffer, half: boolean): boolean {
    const at = now()
    if (half && chunk.indexOf(mark.slice(1)) === 0) seen++
    for (let from = chunk.indexOf(mark); from >= 0; from = chunk.indexOf(mark, from + 2)) {
      seen++
      // Some are enough to know how long it took.
      if (seen % sample === 0) {
        const time = Number(chunk.toString('latin1', from + 2, from + 2 + digits))
        if (time > 1e12) latencies.push(at - time)
      }
    }
    if (seen >= wanted) {
      wanted = Infinity
      all.resolve({ at, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) })
    }
    return chunk.at(-1) === mark.charCodeAt(0) && chunk.at(-2) !== mark.charCodeAt(0)
  }

  async function connect(options: GroupOptions): Promise<void> {
    for (let left = options.count; left > 0; left -= atOnce) {
      // oxlint-disable-next-line no-await-in-loop -- all at once would overflow the server's backlog
      await Promise.all(Array.from({ length: Math.min(atOnce, left) }, () => add(options)))
    }
  }

  async function add({ port, greeting }: GroupOptions): Promise<void> {
    const ready = Promise.withResolvers<void>()
    const onEnd = (text: string): void => {
      ready.reject(new Error(`${greeting.path} ended, after ${text}`))
    }
    let half = false
    const onData = (chunk: Buffer): void => {
      half = read(chunk, half)
    }
    members.push(await subscribe({ port, greeting, onReady: ready.resolve, onData, onEnd }))
    await ready.promise
  }

  return {
    connect,
    expect(events) {
      seen = 0
      wanted = events
      latencies = []
      all = Promise.withResolvers()
    },
    delivered: () => all.promise,
    stop() {
      for (const member of members) member.stop()
    },
    end() {
      for (const member of members) member.end()
    },
  }
}
