import { epochOf, idOf, offsetOf } from '../../../core/src/protocol/position.ts'
import type { Position } from '../../../core/src/protocol/position.ts'

/** What one reader of a channel was told. */
export interface Witness {
  /** A state came, as it was at a position. */
  jumped(position: Position): void
  event(text: string, position: Position): void
  /** Up to where it knows the log. */
  readonly at: Position | undefined
}

/**
 * Knows the logs from what all readers are told, and finds what contradicts: an event that is lost,
 * told twice or out of order, a hole that no state covers, a publish that was answered and is not
 * there, or is there twice.
 */
export interface Oracle {
  /** What has gone wrong, in words; at most 20. */
  readonly faults: string[]
  readonly counts: { told: number; acked: number; states: number }
  witness(channel: string, name: string): Witness
  acked(channel: string, text: string, position: Position): void
  /** The log as the engine has it, when all is quiet. */
  settle(channel: string, log: { position: Position; event: string }[]): void
}

interface Log {
  epoch: string
  /** By offset. */
  entries: Map<number, { text: string; id: string }>
  offsets: Map<string, number>
  /** Answered, and not told to anybody yet. */
  acked: Map<string, Position>
}

/** How many entries of a log are known: more than the history holds, which nobody can be behind. */
const known = 1_000

export function createOracle(): Oracle {
  const faults: string[] = []
  const counts = { told: 0, acked: 0, states: 0 }
  /** By channel: the life that a log has now, and the one before, which some may still be told. */
  const logs = new Map<string, Log[]>()

  function fault(text: string): void {
    if (faults.length < 20) faults.push(text)
  }

  function logOf(channel: string, position: Position): Log {
    const epoch = epochOf(position)
    const lives = logs.get(channel) ?? []
    logs.set(channel, lives)
    let log = lives.find((one) => one.epoch === epoch)
    if (!log) {
      log = { epoch, entries: new Map(), offsets: new Map(), acked: new Map() }
      lives.push(log)
      // Those that ended with their process.
      if (lives.length > 3) lives.shift()
    }
    return log
  }

  /** What is told at a position is what everybody is told there. */
  function enter(channel: string, text: string, position: Position): void {
    const log = logOf(channel, position)
    const [offset, id] = [Number(offsetOf(position)), idOf(position)]
    const entry = log.entries.get(offset)
    if (entry) {
      if (entry.text !== text || entry.id !== id) {
        fault(`${channel} ${position}: '${text}', and '${entry.text}' to others`)
      }
      return
    }
    const before = log.offsets.get(text)
    if (before !== undefined) fault(`${channel}: '${text}' at ${before} and at ${offset}`)
    log.entries.set(offset, { text, id })
    log.offsets.set(text, offset)
    const acked = log.acked.get(text)
    if (acked !== undefined && acked !== position) {
      fault(`${channel}: '${text}' answered as ${acked}, told as ${position}`)
    }
    log.acked.delete(text)
    if (log.entries.size <= known) return
    const [oldest, { text: gone }] = log.entries.entries().next().value as [
      number,
      { text: string },
    ]
    log.entries.delete(oldest)
    log.offsets.delete(gone)
  }

  return {
    faults,
    counts,
    witness(channel, name) {
      let at: Position | undefined
      return {
        get at() {
          return at
        },
        jumped(position) {
          counts.states++
          at = position
        },
        event(text, position) {
          counts.told++
          const where = `${channel}, ${name}: '${text}' at ${position} after ${at}`
          if (at === undefined) fault(`${where}: no state came before it`)
          else if (epochOf(at) !== epochOf(position)) fault(`${where}: another life of the log`)
          else {
            const step = Number(offsetOf(position)) - Number(offsetOf(at))
            if (step !== 1) fault(`${where}: ${step > 1 ? 'a hole' : 'twice, or out of order'}`)
          }
          at = position
          enter(channel, text, position)
        },
      }
    },
    acked(channel, text, position) {
      counts.acked++
      const log = logOf(channel, position)
      const offset = log.offsets.get(text)
      if (offset === undefined) log.acked.set(text, position)
      else if (offset !== Number(offsetOf(position))) {
        fault(`${channel}: '${text}' answered as ${position}, told at ${offset}`)
      }
    },
    settle(channel, log) {
      for (const { position, event } of log) enter(channel, event, position)
      const last = log.at(-1)
      if (!last) return
      for (const [text, position] of logOf(channel, last.position).acked) {
        fault(`${channel}: '${text}' was answered as ${position}, and nobody was told it`)
      }
    },
  }
}
