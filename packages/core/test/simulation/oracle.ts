import { idOf } from '../../src/protocol/position.ts'
import type { Position } from '../../src/protocol/position.ts'
import type { Following } from '../../src/client/following.ts'
import type { Clock, Machine } from '../../src/test/clock.ts'
import type { FaultyEngine } from './faulty-engine.ts'
import type { Note } from './world.ts'

/** What one reader of a room is told, checked against all that was ever stored. */
interface Watch {
  event(event: unknown, position: Position): void
  jumped(position: Position): void
}

/** Knows what is true, and finds what is not. It trusts nothing of the code under test. */
export interface Oracle {
  readonly faults: string[]
  watch(room: number, following: Following): Watch
  acked(room: number, id: string): void
  /** What a reader sees now. */
  shown(room: number, following: Following): void
  fault(text: string): void
  /** Its client has given up, or its tab is gone: it may be saved, and nobody publishes it. */
  failed(id: string): void
  /** While it goes on: nobody is shown as live who lacks what was stored long ago. */
  look(clients: Clients): void
  /** When all is calm: everybody has everything, once. */
  judge(clients: Clients): Promise<void>
}

type Clients = readonly {
  machine: Machine
  readers: Map<number, { following: Following }>
}[]

/**
 * Until when what was stored must be shown, or the client not be live, in ms: a wake-up may be lost
 * (40 s, rule 4), then the connection that would heal it (30 s, rule 6), and reading takes time.
 */
const bound = 75_000

/** Within which time a client has noticed that it slept, in ms. */
const waking = 2_000

export function createOracle({
  clock,
  engine,
  saved,
}: {
  clock: Clock
  engine: FaultyEngine
  saved: (room: number) => readonly string[]
}): Oracle {
  const faults: string[] = []
  const acks = new Map<string, number>()
  const failures = new Set<string>()
  const fault = (text: string): void => {
    if (faults.length < 20) faults.push(`at ${clock.now} ms: ${text}`)
  }

  /** The notes that came by events. */
  const told = new WeakMap<Following, Set<string>>()
  const parsed = new Map<string, string>()
  /** The id of the note in what an engine keeps. */
  function noteIn(data: string): string {
    const known = parsed.get(data) ?? (JSON.parse(`{${data}`) as { d: Note }).d.id
    parsed.set(data, known)
    return known
  }

  const timesStored = (id: string): number =>
    [...engine.stored.values()].filter(({ data }) => data.includes(id)).length
  const has = (all: ReadonlySet<string>, id: string): boolean =>
    [...all].some((data) => data.includes(id))
  const lost = (id: string): boolean => has(engine.lost, id)

  function checkState(what: string, room: number, following: Following): void {
    const shown = following.state as string[]
    if (new Set(shown).size < shown.length) fault(`${what} of room ${room} shows a note twice`)
    // What an engine acknowledged and lost shows as sent until the log goes on.
    const foreign = shown.find((id) => !saved(room).includes(id) && !lost(id.replace('mine ', '')))
    if (foreign) fault(`${what} of room ${room} shows a note that nobody saved`)
    // What the engine has lost when everybody was behind it, no log can tell.
    const missing = saved(room).filter(
      (id) => !shown.includes(id) && !lost(id) && !(failures.has(id) && timesStored(id) === 0),
    )
    if (missing.length > 0) {
      fault(`${what} of room ${room} lacks ${missing.length} of ${saved(room).length} notes`)
    }
  }

  return {
    faults,
    watch(room, following) {
      let last = following.position && idOf(following.position)
      return {
        event(event, position) {
          const id = idOf(position)
          const entry = engine.stored.get(id)
          if (!entry) return fault(`room ${room}: an event that was never stored`)
          if (entry.channel !== `notes:{"room":${room}}`) fault(`room ${room}: an event of another`)
          if (!entry.data.includes((event as Note).id))
            fault(`room ${room}: an event with other data`)
          if (last !== undefined && entry.previous !== last) {
            fault(`room ${room}: ${id} was applied after ${last}, but follows ${entry.previous}`)
          }
          last = id
          told.set(following, (told.get(following) ?? new Set()).add((event as Note).id))
        },
        jumped(position) {
          last = idOf(position)
        },
      }
    },
    fault,
    shown(room, following) {
      const shown = following.state as string[]
      // What is shown before it is stored goes in the same step in which what was stored comes. (Of what
      // a state brings nobody can tell; apps give both one id.)
      const twice = shown.find((id) => told.get(following)?.has(id) && shown.includes(`mine ${id}`))
      if (twice) fault(`room ${room} shows a note twice: as sent and as stored`)
    },
    failed: (id) => void failures.add(id),
    acked(room, id) {
      acks.set(id, room)
      if (!saved(room).includes(id)) fault(`room ${room}: an ack for what was not saved`)
      const times = timesStored(id)
      if (times === 0) fault(`room ${room}: an ack for what was not stored`)
      if (times > 1 && !lost(id) && !has(engine.forgotten, id))
        fault(`room ${room}: a note was stored ${times} times`)
    },
    look(clients) {
      for (const { readers, machine } of clients) {
        // Who sleeps shows nothing; who wakes knows within seconds that what is shown may be old.
        if (clock.now < machine.asleepUntil + waking) continue
        for (const [room, { following }] of readers) {
          if (following.status !== 'live') continue
          const shown = following.state as string[]
          for (const { channel, data, at } of engine.stored.values()) {
            if (channel !== following.key || clock.now - at < bound) continue
            if (!shown.includes(noteIn(data)) && !engine.lost.has(data)) {
              fault(
                `room ${room} is shown as live and lacks a note stored ${clock.now - at} ms ago`,
              )
              return
            }
          }
        }
      }
    },
    async judge(clients) {
      for (const [index, { readers }] of clients.entries()) {
        for (const [room, { following }] of readers) {
          const what = `client ${index}, ${following.status},`
          if (following.status !== 'live') fault(`${what} is not live in room ${room}`)
          checkState(what, room, following)
        }
      }
      for (const [id, room] of acks) {
        const times = saved(room).filter((one) => one === id).length
        if (times !== 1) fault(`room ${room}: an acknowledged note was saved ${times} times`)
      }
    },
  }
}
