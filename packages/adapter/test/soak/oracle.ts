import { epochOf, offsetOf } from '../../../core/src/protocol/position.ts'
import type { Position } from '../../../core/src/protocol/position.ts'

/** What one reader of a channel was told. */
export interface Witness {
  /** A state came, as it was at a position. */
  jumped(position: Position): void
  /** It shows the last events up to a position; some may have come with a state. */
  shows(texts: readonly string[], position: Position): void
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
  entries: Map<number, string>
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
  function enter(channel: string, text: string, offset: number, log: Log): void {
    const entry = log.entries.get(offset)
    if (entry !== undefined) {
      if (entry !== text) fault(`${channel} ${offset}: '${text}', and '${entry}' to others`)
      return
    }
    const before = log.offsets.get(text)
    if (before !== undefined) fault(`${channel}: '${text}' at ${before} and at ${offset}`)
    log.entries.set(offset, text)
    log.offsets.set(text, offset)
    const acked = log.acked.get(text)
    if (acked !== undefined && Number(offsetOf(acked)) !== offset) {
      fault(`${channel}: '${text}' answered as ${acked}, told at ${offset}`)
    }
    log.acked.delete(text)
    if (log.entries.size <= known) return
    const [oldest, gone] = log.entries.entries().next().value as [number, string]
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
          enter(channel, text, Number(offsetOf(position)), logOf(channel, position))
        },
        shows(texts, position) {
          const log = logOf(channel, position)
          const first = Number(offsetOf(position)) - texts.length + 1
          for (const [index, text] of texts.entries()) enter(channel, text, first + index, log)
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
      for (const { position, event } of log) {
        enter(channel, event, Number(offsetOf(position)), logOf(channel, position))
      }
      const last = log.at(-1)
      if (!last) return
      for (const [text, position] of logOf(channel, last.position).acked) {
        fault(`${channel}: '${text}' was answered as ${position}, and nobody was told it`)
      }
    },
  }
}
