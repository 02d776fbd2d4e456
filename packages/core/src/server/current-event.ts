import { shared } from './shared.ts'

/**
 * The event of the request that is being answered. Only what an app has in its hooks can ask
 * SvelteKit: unit tests have none, and `$app/server` cannot be imported outside of an app.
 */
export const currentEvent: { get: () => unknown } = shared('current-event', () => ({
  get: () => undefined,
}))
