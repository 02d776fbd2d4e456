import type { SlowReaderMeasured, SlowReaderRound } from './measure-slow-readers.ts'
import { quantile } from './ratio.ts'

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

/** The report, a line for each runtime. */
export function slowReaderTable(measured: Record<string, SlowReaderMeasured>): string[] {
  return [
    '| runtime | p50 without, with (ms) | ratio | eight of ten rounds | p99 without, with (ms) | ratio | MB with the idle ones | at most with the slow ones | for each slow one | came for each | waiting for each | `maxQueue` | let go meanwhile |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries(measured).map(([runtime, { rounds, maxQueue, idleMemory, peakMemory }]) => {
      const median = (of: (round: SlowReaderRound) => number, share = 0.5): number =>
        quantile(rounds.map(of), share)
      const ratio = (what: 'p50' | 'p99', share?: number): string =>
        median(({ without, withSlow }) => withSlow[what] / without[what], share).toFixed(2)
      const both = (what: 'p50' | 'p99'): string =>
        `${median(({ without }) => without[what]).toFixed(2)}, ${median(({ withSlow }) => withSlow[what]).toFixed(2)}`
      const cells = [
        runtime,
        both('p50'),
        `${ratio('p50')} ×`,
        `${ratio('p50', 0.1)} to ${ratio('p50', 0.9)}`,
        both('p99'),
        `${ratio('p99')} ×`,
        megabytes(idleMemory),
        megabytes(peakMemory),
        megabytes(median(({ growth }) => growth)),
        megabytes(median(({ told }) => told)),
        megabytes(median(({ queued }) => queued)),
        megabytes(maxQueue),
        rounds.reduce((sum, { letGo }) => sum + letGo, 0),
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}
