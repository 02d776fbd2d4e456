/** Stands for "not plain", since every other answer may be a value. */
const notPlain = Symbol('not plain')

/**
 * Copies a value as structuredClone does; lists and records by hand, since one structuredClone of an
 * empty list adds 8 µs to a page's 150 on Node 24, and 10 on Deno 2.9 (0.6 and 1.3 in a hot loop).
 *
 * @throws a DOMException for what structuredClone cannot copy
 */
export function copyData<T>(value: T): T {
  const copy = copyPlain(value, new Set())
  return copy === notPlain ? structuredClone(value) : (copy as T)
}

function copyPlain(value: unknown, seen: Set<object>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return notPlain
  if (typeof value !== 'object' || value === null) return value
  // An object that is there twice must be so in the copy.
  if (seen.has(value)) return notPlain
  seen.add(value)
  const keys = Object.keys(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (Array.isArray(value)) {
    // Holes, and properties beside the items.
    if (prototype !== Array.prototype || keys.length !== value.length) return notPlain
  } else if (prototype !== Object.prototype || Object.hasOwn(value, '__proto__')) return notPlain
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {}
  for (const key of keys) {
    const part = copyPlain((value as Record<string, unknown>)[key], seen)
    if (part === notPlain) return notPlain
    copy[key] = part
  }
  return copy
}
