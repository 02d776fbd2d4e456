import type { RequestEvent } from '@sveltejs/kit'

let current: RequestEvent | undefined

/** Stands in for `$app/server`: what SvelteKit would say is being answered. */
export function setRequestEvent(event: RequestEvent | undefined): void {
  current = event
}

/** As SvelteKit's, it throws outside of an event. */
export function getRequestEvent(): RequestEvent {
  if (current === undefined) throw new Error('No event is being answered.')
  return current
}
