import { SourceMap } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a line of a stack points to, counted from 1 as stacks do. */
export interface Position {
  file: string
  line: number
  column: number
}

/** `load (/app/src/x.ts:3:20)`, `file:///app/src/x.ts:3:20`, and Deno's `load (/app/src/x.ts, <anonymous>:3:20)`. */
const frameParts = /^(?:.*? \()?(.+?)(?:, <anonymous>)?:(\d+):(\d+)\)?$/

export function positionOf(frame: string): Position | undefined {
  const [, path = '', line, column] = frameParts.exec(frame) ?? []
  if (path === '') return undefined
  const file = path.startsWith('file:') ? fileURLToPath(path) : path
  return { file, line: Number(line), column: Number(column) }
}

/** A map is read once, whoever asks. */
const read = new WeakMap<object, SourceMap>()

/** The position in the source, by the code's source map; `undefined` where the map knows none. */
export function originalOf({ line, column }: Position, map: object): Position | undefined {
  const source = read.get(map) ?? new SourceMap(map as never)
  read.set(map, source)
  const entry = source.findEntry(line - 1, column - 1)
  if (!('originalLine' in entry)) return undefined
  const { originalSource: file, originalLine, originalColumn } = entry
  return { file, line: originalLine + 1, column: originalColumn + 1 }
}

/** A position as people of the app know it: `src/lib/x.ts:3:20`. */
export function describe(root: string, { file, line, column }: Position): string {
  return `${pathIn(root, file)}:${line}:${column}`
}

/** A file's path as people of the app know it. */
export function pathIn(root: string, file: string): string {
  return relative(root, file).replaceAll('\\', '/')
}
