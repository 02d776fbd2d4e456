/** A number that was measured at some time, in ms. */
export interface Sample {
  at: number
  value: number
}

/** By how much it grows in an hour, by least squares. */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [time, value] = [mean((one) => one.at), mean((one) => one.value)]
  const spread = mean((one) => (one.at - time) ** 2)
  if (spread === 0) return 0
  return (mean((one) => (one.at - time) * (one.value - value)) / spread) * 3_600_000
}
