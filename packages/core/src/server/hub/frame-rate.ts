/**
 * Counts what comes within a second.
 *
 * @param most how many may
 * @returns takes some; whether they were within the bound
 */
export function createFrameRate(most: number): (frames: number) => boolean {
  let second = -1
  let count = 0
  return (frames) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) count = 0
    second = now
    count += frames
    return count <= most
  }
}
