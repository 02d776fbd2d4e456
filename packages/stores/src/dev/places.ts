import type { RunnableDevEnvironment } from 'vite'
import { describe, originalOf, pathIn, positionOf } from '../positions.ts'

/** Tells the places that lines of a stack stand for, as `src/lib/x.ts:3:20`. */
export function createPlaces(
  root: string,
  environment: RunnableDevEnvironment,
): (frame: string) => string {
  let mapped: boolean | undefined

  return (frame) => {
    const position = positionOf(frame)
    if (!position) return frame
    const { file, line } = position
    const map = environment.moduleGraph.getModuleById(file)?.transformResult?.map
    if (!map || (mapped ??= stacksAreMapped())) return describe(root, position)
    // The runner puts some lines before a module's code.
    const { startOffset = 0 } = environment.runner.evaluator
    const original = originalOf({ ...position, line: line - startOffset }, map)
    return original ? describe(root, { ...original, file }) : pathIn(root, file)
  }
}

/** Whether stacks name the source's lines already: Node's do where Vite has asked for it, Bun's and Deno's do not. */
function stacksAreMapped(): boolean {
  // Maps the code's first line, which is the third of the function's text, to line 1001.
  const map = { version: 3, sources: ['probe.ts'], names: [], mappings: ';;AAw+BA' }
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
  // Put together here, so that nothing takes it for a comment of this file.
  const comment = (name: string, value: string): string => `\n//# ${name}=${value}`
  const names = comment('sourceURL', '/kitrt/probe.js') + comment('sourceMappingURL', url)
  // oxlint-disable-next-line no-implied-eval -- as Vite's module runner evaluates
  const probe = new Function(`return new Error().stack${names}`) as () => string
  return probe().includes(':1001:')
}
