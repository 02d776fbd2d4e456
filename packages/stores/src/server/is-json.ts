import type { Transporter } from '../transporters.ts'

/**
 * Whether JSON carries a value as it is: nothing in it would be lost or changed, nothing is there
 * twice, and nothing is a type of the app.
 */
export function isJson(value: unknown, encoders: Transporter['encode'][]): boolean {
  return check(value, encoders, new Set())
}

function check(value: unknown, encoders: Transporter['encode'][], seen: Set<object>): boolean {
  for (const encode of encoders) if (encode(value)) return false
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || seen.has(value)) return false
  seen.add(value)
  if (Array.isArray(value)) {
    for (const item of value) if (!check(item, encoders, seen)) return false
    return true
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  // devalue refuses both, with an error that says where.
  if (Object.getOwnPropertySymbols(value).length > 0 || Object.hasOwn(value, '__proto__')) {
    return false
  }
  for (const key of Object.keys(value)) {
    if (!check((value as Record<string, unknown>)[key], encoders, seen)) return false
  }
  return true
}
