import { KitrtError } from '@kitrt/core'
import { stringify } from 'devalue'
import { dataBlockId } from '../data-block.ts'
import type { Scope } from '../scope.ts'

/** The rest of an opening tag; quoted attributes may hold anything. */
const rest = String.raw`(?:"[^"]*"|'[^']*'|[^'">])*>`

/** The end of the head, beside those in comments, in attributes and in text that is no markup. */
const headEnd = new RegExp(
  [
    String.raw`<!--[\s\S]*?-->`,
    String.raw`<(script|style|title|noscript|template)\b${rest}[\s\S]*?<\/\1\s*>`,
    String.raw`<\/head\s*>`,
    `<[a-z]${rest}`,
  ].join('|'),
  'gi',
)

/**
 * Puts the values of the keyed stores into the page: one block of JSON, which no Content Security
 * Policy forbids, ahead of SvelteKit's script, so that every module of the app finds it.
 */
export function insertDataBlock(html: string, scope: Scope): string {
  if (scope.keyed.size === 0) return html
  for (const match of html.matchAll(headEnd)) {
    if (!match[0].toLowerCase().startsWith('</head')) continue
    return html.slice(0, match.index) + dataBlock(scope) + html.slice(match.index)
  }
  return html
}

function dataBlock({ keyed }: Scope): string {
  const values: Record<string, unknown> = Object.create(null)
  for (const [key, read] of keyed) values[key] = read()
  // `<` would let a value end the element; in JSON it may always be written as an escape.
  const json = serialize(values).replaceAll('<', String.raw`\u003C`)
  return `<script type="application/json" id="${dataBlockId}">${json}</script>`
}

function serialize(values: Record<string, unknown>): string {
  try {
    return stringify(values)
  } catch (cause) {
    throw new KitrtError(
      'not-serializable',
      `The value of the store '${keyOf(values)}' cannot be sent to the browser: ${(cause as Error).message}. A store with a key must hold plain data; without one, its value stays on the server.`,
      { cause },
    )
  }
}

/** The first key whose value cannot be written. */
function keyOf(values: Record<string, unknown>): string | undefined {
  return Object.keys(values).find((key) => {
    try {
      stringify(values[key])
      return false
    } catch {
      return true
    }
  })
}
