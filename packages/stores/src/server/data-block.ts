import { KitrtError } from '@kitrt/core'
import { stringify } from 'devalue'
import { dataBlockId, lateBlockId } from '../data-block.ts'
import type { Scope } from '../scope.ts'
import { encoders } from '../transporters.ts'
import { isJson } from './is-json.ts'

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

/** What a page has told the browser so far: the serialised value of each key. */
export type Told = Map<string, string>

/**
 * Puts the values of the keyed stores into the page: one block of JSON, which no Content Security
 * Policy forbids, ahead of SvelteKit's script, so that every module of the app finds it.
 */
export function insertDataBlock(html: string, scope: Scope, told: Told = new Map()): string {
  const end = endOfHead(html)
  if (end >= 0) {
    return html.slice(0, end) + dataBlock(dataBlockId, scope, told) + html.slice(end)
  }
  // HTML may leave the tag out; only the first part of a page may have had it.
  return told.size === 0 ? html + dataBlock(dataBlockId, scope, told) : html
}

/** Where the head ends; -1 where no tag says it. */
function endOfHead(html: string): number {
  headEnd.lastIndex = 0
  for (let match = headEnd.exec(html); match; match = headEnd.exec(html)) {
    if (match[0].toLowerCase().startsWith('</head')) return match.index
  }
  return -1
}

/** What has changed since the page was told, for the end of a streamed page; '' where nothing has. */
export function lateDataBlock(scope: Scope, told: Told): string {
  return dataBlock(lateBlockId, scope, told)
}

function dataBlock(id: string, { keyed }: Scope, told: Told): string {
  const entries: string[] = []
  for (const [key, { read }] of keyed ?? []) {
    const text = serialize(key, read())
    if (told.get(key) === text) continue
    told.set(key, text)
    entries.push(`${JSON.stringify(key)}:${text}`)
  }
  if (entries.length === 0) return ''
  // `<` would let a value end the element; in JSON it may always be written as an escape.
  const json = `{${entries.join(',')}}`.replaceAll('<', String.raw`\u003C`)
  return `<script type="application/json" id="${id}">${json}</script>`
}

/**
 * One value as a `WrittenValue`. Most are plain data: for twenty records JSON takes 3 µs of a page's
 * CPU, devalue 14 and 250 bytes more.
 */
function serialize(key: string, value: unknown): string {
  try {
    const types = encoders()
    const plain = typeof value === 'object' && isJson(value, Object.values(types))
    return plain ? JSON.stringify({ json: value }) : stringify(value, types)
  } catch (cause) {
    throw new KitrtError(
      'not-serializable',
      `The value of the store '${key}' cannot be sent to the browser: ${(cause as Error).message}. A store with a key must hold plain data, or types that createTransport in src/hooks.ts knows; without a key, its value stays on the server.`,
      { cause },
    )
  }
}
