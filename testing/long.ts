import process from 'node:process'

/** Whether this is `npm run test:long`; `npm test` runs the same tests with small numbers. */
export const long: boolean = process.env['KITRT_LONG'] === '1'

/** Runs `work` `times` times, `atOnce` of them at a time. */
export async function inParallel(
  times: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < times) await work(next++)
    }),
  )
}
