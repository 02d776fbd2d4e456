import type { Measured } from './measure.ts'
import type { Ratio } from './ratio.ts'

/** An access may take this many times what svelte/store's `get` takes. */
const accessLimit = 1.25

/** A page may take this many times its CPU without `handle`. */
const pageLimit = 1.03

const times = (number: number): string => `${number.toFixed(2)} ×`
const spreadOf = ({ spread: [low, high] }: Ratio): string =>
  `${low.toFixed(2)} to ${high.toFixed(2)}`
const judged = (number: number, limit: number): string => (number <= limit ? 'kept' : 'missed')

/** The report: in short, and in full. */
export function tables(measured: Record<string, Measured>): string[] {
  return [...summary(measured), '', ...accessTable(measured), '', ...pageTable(measured)]
}

/** What the package's README quotes. */
function summary(measured: Record<string, Measured>): string[] {
  return [
    '## In short',
    '',
    "| runtime | `get`, to svelte/store's | a page that carries values, to one without `handle` | a page that carries none |",
    '| --- | --- | --- | --- |',
    ...Object.entries(measured).map(([runtime, { accesses, pages }]) =>
      row(
        runtime,
        ...[accesses['get'], pages['carried'], pages['bare']].map((ratio) =>
          ratio ? times(ratio.ratio) : '',
        ),
      ),
    ),
  ]
}

function accessTable(measured: Record<string, Measured>): string[] {
  return [
    '## One access, on the server, in a request',
    '',
    `In ns of CPU, on svelte/store's own \`writable\` and on ours. "To \`get\`" is the time of ours to that of svelte/store's \`get\`, which may be ${accessLimit}. "make": a store that the request makes, which is no access and has no limit.`,
    '',
    '| runtime | access | svelte/store | ours | ratio | eight of ten rounds | to `get` | limit |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries(measured).flatMap(([runtime, { accesses }]) =>
      Object.entries(accesses).map(([access, ratio]) => {
        const toGet = ratio.isolated / (accesses['get']?.plain ?? Number.NaN)
        return row(
          runtime,
          `\`${access}\``,
          ratio.plain.toFixed(0),
          ratio.isolated.toFixed(0),
          times(ratio.ratio),
          spreadOf(ratio),
          times(toGet),
          access === 'make' ? '' : judged(toGet, accessLimit),
        )
      }),
    ),
  ]
}

function pageTable(measured: Record<string, Measured>): string[] {
  return [
    '## One page',
    '',
    `A page of twenty items in production, in µs of the server's CPU: with plain stores and no \`handle\`, and with ours; "per second" is what one core then serves. The ratio may be ${pageLimit}. "carried": the stores have keys and bring their values to the browser; without \`handle\`, \`load\` returns the same values. "bare": neither does.`,
    '',
    '| runtime | page | without | with | per second without | with | ratio | eight of ten rounds | limit |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries(measured).flatMap(([runtime, { pages }]) =>
      Object.entries(pages).map(([page, ratio]) =>
        row(
          runtime,
          page,
          ratio.plain.toFixed(0),
          ratio.isolated.toFixed(0),
          (1e6 / ratio.plain).toFixed(0),
          (1e6 / ratio.isolated).toFixed(0),
          times(ratio.ratio),
          spreadOf(ratio),
          judged(ratio.ratio, pageLimit),
        ),
      ),
    ),
  ]
}

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`
