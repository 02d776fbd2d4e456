export { createBackoff } from './backoff.ts'
export type { Backoff, BackoffOptions } from './backoff.ts'
export type { Fetch } from './fetch.ts'
export { createLiveValue } from './live-value.ts'
export type { CreateSubscriber, LiveValue, LiveValueOptions } from './live-value.ts'
export { createReconnector } from './reconnector.ts'
export { parseRetryAfter } from './retry-after.ts'
export type {
  Attempt,
  ConnectionStatus,
  Ending,
  NetworkEvents,
  Reconnector,
  ReconnectorOptions,
} from './reconnector.ts'
