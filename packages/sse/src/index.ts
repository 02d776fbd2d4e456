export type { EventStreamOptions } from './event-stream.ts'
export { produce } from './produce.ts'
export type { Producer, ProducerArguments } from './produce.ts'
