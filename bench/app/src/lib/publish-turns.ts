/** What is published, and how fast. */
export interface Load {
  turns: number
  /** Events in one turn of the event loop. */
  perTurn: number
  /** Between two turns, in ms; 0 for as fast as it goes. */
  every: number
  /** The length of an event's text. */
  size: number
}

export const mark = '^^'

/** The clock that processes of one machine share, in ms. */
const now = (): number => performance.timeOrigin + performance.now()

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    if (ms > 0) setTimeout(resolve, ms)
    else setImmediate(resolve)
  })

export const loadOf = (search: URLSearchParams): Load => ({
  turns: Number(search.get('turns')),
  perTurn: Number(search.get('perTurn')),
  every: Number(search.get('every')),
  size: Number(search.get('size') ?? 90),
})

/**
 * Publishes turn after turn. Each event carries the time of its publishing.
 *
 * @returns when it began
 */
export async function publishTurns(
  publish: (event: { text: string }) => unknown,
  { turns, perTurn, every, size }: Load,
): Promise<{ began: number }> {
  const began = now()
  for (let turn = 0; turn < turns; turn++) {
    const published: unknown[] = []
    for (let index = 0; index < perTurn; index++) {
      published.push(publish({ text: `${mark}${now().toFixed(3)} `.padEnd(size, 'x') }))
    }
    // oxlint-disable-next-line no-await-in-loop -- one turn after another
    await Promise.all(published)
    // oxlint-disable-next-line no-await-in-loop
    await pause(every)
  }
  return { began }
}
