/** Timers hold 31 bits of milliseconds. */
const longest = 2 ** 31 - 1

/**
 * Runs something at a moment, in ms since 1970, however far away that is.
 *
 * @returns what calls it off
 */
export function runAt(moment: number | undefined, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  function wait(left: number): void {
    if (left > longest) timer = setTimeout(() => wait(left - longest), longest)
    else timer = setTimeout(run, left)
  }
  if (moment !== undefined && moment !== Infinity) wait(moment - Date.now())
  return () => clearTimeout(timer)
}
