import { KitrtError } from '@kitrt/core'
import { shared } from '@kitrt/core/server'
import { DEV } from 'esm-env'
import { dev } from './dev.ts'
import type { Evaluation } from './dev.ts'
import { sourcePlace } from './source-place.ts'

interface Claim {
  madeAt: string
  /** The turn of the event loop in which it was made. */
  turn: object
  /** The evaluation of a module in which it was made, where the plugin tells. */
  evaluation: Evaluation | undefined
}

const claims = shared('stores.keys', () => new Map<string, Claim>())

let turn: object | undefined

/** One object for everything that happens until the event loop turns. */
function currentTurn(): object {
  if (!turn) {
    turn = {}
    queueMicrotask(() => (turn = undefined))
  }
  return turn
}

/**
 * Notes that a module has made a store with this key.
 *
 * In development modules are evaluated again when they are edited, and a store may move on the
 * way. With the plugin only what the app still runs on counts. Without it only two stores of one
 * evaluation are an error here, and two that one request uses are one later.
 *
 * @throws {KitrtError} `duplicate-key` when another place has made one
 */
export function claimKey(key: string, madeAt: string): void {
  const other = claims.get(key)
  const mine: Claim = {
    madeAt,
    turn: currentTurn(),
    evaluation: DEV ? dev.evaluation?.() : undefined,
  }
  if (other && other.madeAt !== madeAt && (!DEV || collide(other, mine))) {
    throw duplicateKey(key, other.madeAt, madeAt)
  }
  claims.set(key, mine)
}

function collide(older: Claim, newer: Claim): boolean {
  if (older.evaluation && newer.evaluation) return older.evaluation.isCurrent()
  return older.turn === newer.turn
}

export function duplicateKey(key: string, ...places: [one: string, another: string]): KitrtError {
  const [one, another] = DEV ? places : places.map(sourcePlace)
  return new KitrtError(
    'duplicate-key',
    `Two stores have the key '${key}': one is made at ${one}, the other at ${another}. In the browser they would begin with each other's values; give one of them another key.`,
  )
}
