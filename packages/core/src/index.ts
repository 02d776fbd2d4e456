export { KitrtError } from './error.ts'
export type { KitrtErrorCode } from './error.ts'
export { reportError } from './on-error.ts'
export type { OnError } from './on-error.ts'
export { channel } from './channel.ts'
export type {
  Calls,
  CallSchemas,
  Channel,
  ChannelOptions,
  Fold,
  History,
  Policy,
} from './channel.ts'
export { describeIssues } from './schema.ts'
export type { Input, Output, Schema } from './schema.ts'
