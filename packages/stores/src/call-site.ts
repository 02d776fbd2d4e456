import { DEV } from 'esm-env'
import { dev } from './dev.ts'

/** Dependencies, Svelte's `get` among them, are seldom the place to look at. */
const dependency = /[/\\](?:node_modules|deps_ssr)[/\\]/

/** The end of a line that is a place: Bun has some that are `unknown`. */
const place = /:\d+:\d+\)?$/

/** The folder of this package, two steps up. A bundle has moved its files; `below` tells them apart there. */
const own = DEV
  ? decodeURI(import.meta.url.replace(/^file:\/*/, '').replace(/[^/]+\/[^/]+$/, ''))
  : undefined

/** Whether a path, or a line of a stack, is neither of a dependency nor of this package. */
export function isOfTheApp(line: string): boolean {
  if (dependency.test(line)) return false
  if (own === undefined) return true
  const path = line.replaceAll('\\', '/')
  return !path.includes(`${own}src/`) && !path.includes(`${own}dist/`)
}

/**
 * The lines of the stack, the nearest first.
 *
 * @param below the function of ours that the app called: in a bundle, files tell nobody's lines apart
 */
export function stackBelow(below: (...args: never[]) => unknown): string[] {
  return linesOf(capture(below))
}

function capture(below: (...args: never[]) => unknown): { stack?: string } {
  const trace: { stack?: string } = {}
  const { stackTraceLimit } = Error
  // A library may stand between a store and the line of the app that writes it.
  if (DEV) Error.stackTraceLimit = 50
  Error.captureStackTrace(trace, below)
  if (DEV) Error.stackTraceLimit = stackTraceLimit
  return trace
}

const linesOf = ({ stack }: { stack?: string }): string[] =>
  (stack?.split('\n').slice(1) ?? []).map((line) => line.trim().replace(/^at /, ''))

/** The first place of the app among lines of a stack, or `an unknown place` where the build left none. */
export function appPlace(lines: string[]): string {
  const frame = lines.find((line) => place.test(line) && isOfTheApp(line))
  if (frame === undefined) return 'an unknown place'
  return (DEV && dev.place?.(frame)) || frame
}

/** The line of the app that runs now; see {@link stackBelow}. */
export function callSite(below: (...args: never[]) => unknown = callSite): string {
  return appPlace(stackBelow(below))
}

/**
 * {@link callSite}, which writes the stack down when it is asked: that takes 6 µs on Node 24, and 50
 * to 90 on Deno 2.9, which looks each line up in its source map.
 */
export function lateCallSite(below: (...args: never[]) => unknown): () => string {
  const trace = capture(below)
  let known: string | undefined
  return () => (known ??= appPlace(linesOf(trace)))
}
