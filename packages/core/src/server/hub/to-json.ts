import { KitrtError } from '../../error.ts'

/**
 * JSON that means what the value meant.
 *
 * @param what names the value in the error
 * @throws {KitrtError} `not-serializable` for what JSON would change or leave out: a Date, a Map, an instance of
 *   a class, a function, NaN, a BigInt, a cycle; and for `undefined`, but as a field that is not there
 */
export function toJson(value: unknown, what: string): string {
  const refuse = (found: string, cause?: unknown): never => {
    throw new KitrtError('not-serializable', `${what} expected JSON data, got ${found}.`, { cause })
  }

  /** `this` has the value before its `toJSON`. */
  function keep(this: Record<string, unknown>, key: string, now: unknown): unknown {
    const before = this[key]
    const at = key === '' ? '' : ` at '${key}'`
    if (typeof before === 'number' && !Number.isFinite(before)) refuse(`${before}${at}`)
    if (['function', 'symbol', 'bigint'].includes(typeof before)) refuse(`a ${typeof before}${at}`)
    if (before === undefined && (key === '' || Array.isArray(this))) refuse(`undefined${at}`)
    if (typeof before === 'object' && before !== null && !isPlain(before)) {
      refuse(`a ${before.constructor?.name ?? 'object'}${at}`)
    }
    return now
  }

  try {
    return JSON.stringify(value, keep)
  } catch (error) {
    if (error instanceof KitrtError) throw error
    return refuse('what has no JSON', error)
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
