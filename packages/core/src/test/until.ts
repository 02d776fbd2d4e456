import { setTimeout } from 'node:timers/promises'

/** Waits until something holds, for 10 s at most. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 10_000
  // oxlint-disable-next-line no-await-in-loop -- one look after another
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not within 10 s`)
    // oxlint-disable-next-line no-await-in-loop
    await setTimeout(10)
  }
}
