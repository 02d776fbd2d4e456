/** How often is looked, in ms. */
const every = 20

let worst = 0
let looking: ReturnType<typeof setInterval> | undefined

/** By how much a timer was late at most since the last call, in ms; the first call begins to look. */
export function lagSince(): number {
  if (!looking) {
    let due = performance.now() + every
    looking = setInterval(() => {
      const now = performance.now()
      worst = Math.max(worst, now - due)
      due = now + every
    }, every)
    looking.unref()
  }
  const lag = worst
  worst = 0
  return lag
}
