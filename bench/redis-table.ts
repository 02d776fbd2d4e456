import type { Crossing, RedisMeasured } from './measure-redis.ts'
import { quantile } from './ratio.ts'
import { redisSides } from './sides.ts'

const median = (rounds: Crossing[], what: keyof Crossing): number =>
  quantile(
    rounds.map((round) => round[what]),
    0.5,
  )

/** Ours to theirs, round by round: the median, and between what eight of ten lie. */
function ratio(ours: Crossing[], theirs: Crossing[], what: keyof Crossing): string {
  const all = ours.map((round, index) => round[what] / (theirs[index]?.[what] ?? Number.NaN))
  const [low, mid, high] = [0.1, 0.5, 0.9].map((share) => quantile(all, share).toFixed(2))
  return `**${mid} ×** (${low} to ${high})`
}

/** A line for each rival, and one for ours itself. */
export function redisTable(measured: RedisMeasured[]): string[] {
  const rows = measured.flatMap(({ subscribers, perTurn, rounds }) => {
    const { ours = [] } = rounds
    return Object.keys(redisSides).map((name) => {
      const mine = rounds[name] ?? []
      const isOurs = name === 'ours'
      const cells = [
        String(subscribers),
        String(perTurn),
        name,
        median(mine, 'perSecond').toFixed(0),
        isOurs ? '' : ratio(ours, mine, 'perSecond'),
        ['publisher', 'reader', 'redis']
          .map((what) => median(mine, what as keyof Crossing).toFixed(0))
          .join(', '),
        isOurs ? '' : ratio(ours, mine, 'cpu'),
        `${median(mine, 'p50').toFixed(2)}, ${median(mine, 'p99').toFixed(2)}`,
        isOurs ? '' : ratio(ours, mine, 'p50'),
      ]
      return `| ${cells.join(' | ')} |`
    })
  })
  return [
    '| subscribers | events in a turn | | events a second | ours to it (eight of ten rounds) | CPU of an event: publisher, reader, Redis (µs) | ours to it, all together | p50, p99 (ms) | ours to it, p50 |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]
}
