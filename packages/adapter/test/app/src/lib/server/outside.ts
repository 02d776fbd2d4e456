import { AsyncLocalStorage } from 'node:async_hooks'

/** Runs something as a cron job or a queue's worker would: in no request. Taken when the server starts. */
export let outside: <T>(run: () => T) => T

export function rememberOutside(): void {
  outside = AsyncLocalStorage.snapshot()
}
