import type { Wire } from './wire.ts'

/**
 * After how many messages and pings of one client the others have their turn: Node would read 2 MiB of it
 * before (libuv, 32 reads of 64 KiB), which can be hundreds of thousands.
 */
const maxBurst = 1000

/**
 * How much of what a refused client goes on sending is read, in messages and pings: some of it is under
 * way before it can know. Reading it all would let a few clients take the time of all others.
 */
const maxLate = 1000

/** How much is read of one client. */
export interface Reading {
  /** A message or a ping has come. */
  heard(wire: Wire | undefined, refused: boolean): void
}

export function createReading(): Reading {
  /** What has come since the others had their turn. */
  let burst = 0
  /** What has come since it was refused. */
  let late = 0
  return {
    heard(wire, refused) {
      if (refused && ++late === maxLate) wire?.pause?.()
      if (++burst !== maxBurst) return
      wire?.pause?.()
      setImmediate(() => {
        burst = 0
        if (late < maxLate) wire?.resume?.()
      })
    },
  }
}
