/** Where an event is in a log: `epoch.offset.id`. */
export type Position = string

const form = /^[\w-]{1,64}\.\d{1,20}\.[\w-]{1,64}$/

export function isPosition(value: unknown): value is Position {
  return typeof value === 'string' && form.test(value)
}

/** The id of the event that is there. */
export function idOf(position: Position): string {
  return position.slice(position.lastIndexOf('.') + 1)
}

export function epochOf(position: Position): string {
  return position.slice(0, position.indexOf('.'))
}

/** In digits, since an offset may be larger than a number can say. */
export function offsetOf(position: Position): string {
  return position.slice(position.indexOf('.') + 1, position.lastIndexOf('.'))
}

/** Whether `one` is, by its offset, behind `other` in the same epoch. Says nothing of forks. */
export function isBehind(one: Position, other: Position): boolean {
  return epochOf(one) === epochOf(other) && BigInt(offsetOf(one)) < BigInt(offsetOf(other))
}
