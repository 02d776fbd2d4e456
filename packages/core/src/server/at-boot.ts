import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Runs a function in the asynchronous context of this module's loading, in which no
 * AsyncLocalStorage holds anything: each request begins with it.
 *
 * Why: on Deno 2.8.3 to 2.9.6 the first `import()` made inside `als.run(store, …)` leaves that store
 * as the ambient context of the whole process, so that a later request would begin with the state
 * of an earlier one.
 */
export const atBoot: <Result, Args extends unknown[]>(
  run: (...args: Args) => Result,
  ...args: Args
) => Result = AsyncLocalStorage.snapshot()
