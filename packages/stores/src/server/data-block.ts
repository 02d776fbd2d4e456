import { stringify } from 'devalue'
import { dataBlockId } from '../data-block.ts'
import type { Scope } from '../scope.ts'

/** The end of the head, beside those that stand in comments and in text that is no markup. */
const headEnd =
  /<!--[\s\S]*?-->|<(script|style|title|noscript|template)\b[\s\S]*?<\/\1\s*>|<\/head\s*>/gi

/**
 * Puts the values of the keyed stores into the page: one block of JSON, which no Content Security
 * Policy forbids, ahead of SvelteKit's script, so that every module of the app finds it.
 */
export function insertDataBlock(html: string, scope: Scope): string {
  if (scope.keyed.size === 0) return html
  for (const match of html.matchAll(headEnd)) {
    if (!match[0].startsWith('</')) continue
    return html.slice(0, match.index) + dataBlock(scope) + html.slice(match.index)
  }
  return html
}

function dataBlock({ keyed }: Scope): string {
  const values: Record<string, unknown> = Object.create(null)
  for (const [key, read] of keyed) values[key] = read()
  // `<` would let a value end the element; in JSON it may always be written as an escape.
  const json = stringify(values).replaceAll('<', String.raw`\u003C`)
  return `<script type="application/json" id="${dataBlockId}">${json}</script>`
}
