import { shared } from '@kitrt/core/server'

/** Every origin that a socket route of the app names, for the check at the door, which comes before any route is known. */
const named = shared('ws.origins', () => new Set<string>())

/** Notes the origins that a route takes. */
export function nameOrigins(origins: readonly string[]): void {
  for (const origin of origins) named.add(origin)
}

/** Whether some route takes an origin. Which one does, the route says. */
export function isNamed(origin: string): boolean {
  return named.has('*') || named.has(origin)
}
