import { parseFrames } from '../../protocol/frames.ts'
import type { ClientFrame } from '../../protocol/frames.ts'

/**
 * The frames of a client's message.
 *
 * @param maxDepth how deep its JSON may go
 * @throws a SyntaxError for what is none
 */
export function parseMessage(message: string, maxDepth: number): ClientFrame[] {
  if (depthOf(message) > maxDepth) throw new SyntaxError(`JSON deeper than ${maxDepth}`)
  return parseFrames(message)
}

/** How deep a JSON text goes. JSON.parse is recursive in some engines, and so are schemas. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (quoted) {
      if (character === '\\') index++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}
