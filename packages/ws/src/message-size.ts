import type { RawData } from './codec.ts'

/**
 * What a message costs beside its data while it waits, in bytes: its place in a queue, roughly. Without
 * it a million messages of one byte would count as a megabyte, and take hundreds.
 */
export const overhead = 256

/** In bytes, as the network has it. */
export const sizeOf = (data: RawData): number =>
  typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength
