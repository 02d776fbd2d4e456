export { KitrtError } from './error.ts'
export type { KitrtErrorCode } from './error.ts'
export { reportError } from './on-error.ts'
export type { OnError } from './on-error.ts'
