import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import process from 'node:process'
import { describe, originalOf, positionOf } from './positions.ts'

/**
 * The place in the source of a line in a built file, by the map that Vite writes beside it; the line
 * itself where there is none. It reads files, so it is for errors that end a build or a start.
 */
export function sourcePlace(frame: string): string {
  try {
    const position = positionOf(frame)
    if (!position) return frame
    const map = JSON.parse(readFileSync(`${position.file}.map`, 'utf8')) as object
    const original = originalOf(position, map)
    if (!original) return frame
    const file = resolve(dirname(position.file), original.file)
    return describe(process.cwd(), { ...original, file })
  } catch {
    return frame
  }
}
