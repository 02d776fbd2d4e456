import { reportError } from '@kitrt/core'

/** What is to be done when a stream has ended: each once, and a fault of one hinders no other. */
export interface CleanUps {
  /** Adds one, if it is a function. One that comes after the end runs at once. */
  add(cleanUp: unknown): Promise<void>
  run(): Promise<void>
}

export function createCleanUps(first?: () => unknown): CleanUps {
  const waiting: (() => unknown)[] = first ? [first] : []
  let over = false
  return {
    async add(cleanUp) {
      if (typeof cleanUp !== 'function') return
      if (over) await runOne(cleanUp as () => unknown)
      else waiting.push(cleanUp as () => unknown)
    },
    async run() {
      over = true
      await Promise.all(waiting.splice(0).map(runOne))
    },
  }
}

async function runOne(cleanUp: () => unknown): Promise<void> {
  try {
    await cleanUp()
  } catch (error) {
    reportError(error, { stage: 'stream stop' })
  }
}
