import type { HttpRatio, Kind } from './measure-http.ts'

/** What a runtime is to reach, ours to adapter-node's. */
const goals: Record<string, number> = { node: 1, bun: 1.5, deno: 1.2 }

const names: Record<Kind, string> = {
  page: 'a rendered page',
  json: 'a JSON endpoint',
  file: 'a static file',
}

/** The report, and what the adapter's README quotes. */
export function httpTable(measured: Record<string, Record<Kind, HttpRatio>>): string[] {
  return [
    '| runtime | what | adapter-node | ours | ratio | eight of ten rounds | goal | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries(measured).flatMap(([runtime, ratios]) =>
      Object.entries(ratios).map(
        ([
          kind,
          {
            theirs,
            ours,
            ratio,
            spread: [low, high],
          },
        ]) => {
          const goal = goals[runtime] ?? 1
          const cells = [
            runtime,
            names[kind as Kind],
            theirs.toFixed(0),
            ours.toFixed(0),
            `${ratio.toFixed(2)} ×`,
            `${low.toFixed(2)} to ${high.toFixed(2)}`,
            goal.toFixed(1),
            ratio >= goal ? 'kept' : 'missed',
          ]
          return `| ${cells.join(' | ')} |`
        },
      ),
    ),
  ]
}
