import type { Fanout, Measured } from './measure-channels.ts'
import { quantile } from './ratio.ts'
import { sides } from './sides.ts'

/** What ours is to reach, as a ratio to a rival, on Node. */
const aims: Record<string, Record<number, number>> = {
  'ws in a loop': { 1: 1, 16: 8 },
  'better-sse': { 1: 1, 16: 1 },
}

const of = (rounds: Fanout[], what: keyof Fanout): number =>
  quantile(
    rounds.map((round) => round[what]),
    0.5,
  )

/** The ratios of the rounds, ours to a rival's: the median, and between what eight of ten lie. */
function ratios(ours: Fanout[], theirs: Fanout[], what: 'perCpu' | 'perSecond') {
  const all = ours.map((round, index) => round[what] / (theirs[index]?.[what] ?? Number.NaN))
  return { median: quantile(all, 0.5), low: quantile(all, 0.1), high: quantile(all, 0.9) }
}

const times = (ratio: number): string => `${ratio.toFixed(2)} ×`
const latency = (rounds: Fanout[]): string =>
  `${of(rounds, 'p50').toFixed(1)}, ${of(rounds, 'p99').toFixed(1)}`
const thousands = (perSecond: number): string => (perSecond / 1000).toFixed(0)

/** The report of one runtime. */
export function channelTable(runtime: string, measured: Measured[]): string[] {
  const rows = measured.flatMap(({ transport, subscribers, perTurn, rounds }) => {
    const { ours = [] } = rounds
    const rivals = Object.keys(sides[transport]).filter((name) => name !== 'ours')
    return rivals.map((name) => {
      const theirs = rounds[name] ?? []
      const cpu = ratios(ours, theirs, 'perCpu')
      const wall = ratios(ours, theirs, 'perSecond')
      const aim = runtime === 'node' ? aims[name]?.[perTurn] : undefined
      return row(
        transport,
        String(subscribers),
        String(perTurn),
        name,
        `${thousands(of(ours, 'perCpu'))} to ${thousands(of(theirs, 'perCpu'))}`,
        `**${times(cpu.median)}**`,
        `${cpu.low.toFixed(2)} to ${cpu.high.toFixed(2)}`,
        aim === undefined ? '' : `${aim.toFixed(1)}, ${cpu.median >= aim ? 'kept' : 'missed'}`,
        times(wall.median),
        `${wall.low.toFixed(2)} to ${wall.high.toFixed(2)}`,
        latency(ours),
        latency(theirs),
      )
    })
  })
  return [
    `## ${runtime}`,
    '',
    '| over | subscribers | events in a turn | beside | thousand deliveries per CPU second | ratio | eight of ten rounds | aim | ratio by the clock | eight of ten rounds | ours p50, p99 (ms) | theirs |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]
}

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`
