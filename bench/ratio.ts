/** What a round measured, of the control and of ours. */
export interface Round {
  plain: number
  isolated: number
}

/** What many rounds say together. */
export interface Ratio extends Round {
  /** The median of the rounds' ratios, ours to the control. */
  ratio: number
  /** Between these lie eight of ten rounds. */
  spread: [low: number, high: number]
}

/**
 * The two sides of a round are measured right after one another, so that what slows the machine
 * down slows both; medians leave out the rounds in which it did not.
 */
export function ratioOf(rounds: Round[]): Ratio {
  const ratios = rounds.map(({ plain, isolated }) => isolated / plain)
  return {
    plain: quantile(
      rounds.map(({ plain }) => plain),
      0.5,
    ),
    isolated: quantile(
      rounds.map(({ isolated }) => isolated),
      0.5,
    ),
    ratio: quantile(ratios, 0.5),
    spread: [quantile(ratios, 0.1), quantile(ratios, 0.9)],
  }
}

/** @throws a RangeError without numbers */
export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const value = sorted[Math.round((sorted.length - 1) * share)]
  if (value === undefined) throw new RangeError('There is nothing to take a median of')
  return value
}
