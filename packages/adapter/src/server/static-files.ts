import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { Asset, AssetTable } from '../bundle/asset-table.ts'
import { codings, suffixes } from '../content-codings.ts'
import type { Coding } from '../content-codings.ts'

/** Opens a file, or the bytes from `start` to `end` of it, both included. */
export type OpenFile = (file: string, range?: { start: number; end: number }) => BodyInit

/** The {@link OpenFile} that every runtime has. */
export function streamFile(file: string, range?: { start: number; end: number }): ReadableStream {
  const stream: NodeStream = Readable.toWeb(createReadStream(file, range))
  return stream as unknown as ReadableStream
}

/**
 * @returns what answers a request for a path of the table, and gives `undefined` for every other,
 *   which is SvelteKit's
 */
export function createStaticFiles(
  directory: string,
  table: AssetTable,
  openFile: OpenFile = streamFile,
): (c: Context, url: Pick<URL, 'pathname' | 'search'>) => Response | undefined {
  const assets = new Map(
    Object.entries(table).map(([path, asset]) => [path, prepare(path, asset, directory)]),
  )
  return (c, { pathname, search }) => {
    const asset = assets.get(decodePath(pathname))
    if (asset === undefined) return undefined
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    }
    if (typeof asset === 'string') {
      return new Response(null, { status: 308, headers: { location: asset + search } })
    }
    return respond(c, asset, openFile)
  }
}

/** What can be said of an asset before the first request. */
interface Prepared {
  asset: Asset
  /** Absolute. */
  file: string
  codings: Coding[]
  modified: string
  /** Those of every answer, but for the tag. */
  headers: Record<string, string>
}

function prepare(path: string, asset: Asset | string, directory: string): Prepared | string {
  if (typeof asset === 'string') return toOtherSlash(path, asset)
  const offered = codings.filter((coding) => asset.encodings?.[coding] !== undefined)
  const modified = new Date(asset.modified).toUTCString()
  return {
    asset,
    file: join(directory, asset.file),
    codings: offered,
    modified,
    headers: {
      'cache-control': asset.immutable ? 'public,max-age=31536000,immutable' : 'no-cache',
      'last-modified': modified,
      ...(offered.length > 0 && { vary: 'Accept-Encoding' }),
    },
  }
}

/** Relative, so that it holds behind a proxy that takes a part of the path away. */
function toOtherSlash(from: string, to: string): string {
  const segment = encodeURI(to.replace(/\/$/, '').split('/').at(-1) ?? '')
  return from.endsWith('/') ? `../${segment}` : `./${segment}/`
}

function respond(c: Context, prepared: Prepared, openFile: OpenFile): Response {
  const { asset, modified } = prepared
  const coding = negotiate(c, prepared)
  const size = (coding && asset.encodings?.[coding]) || asset.size
  const etag = `"${asset.etag}${coding ? suffixes[coding] : ''}"`
  const headers = new Headers(prepared.headers)
  headers.set('etag', etag)
  if (isKnown(c, etag, modified)) return new Response(null, { status: 304, headers })
  headers.set('accept-ranges', 'bytes')
  if (asset.type) headers.set('content-type', asset.type)
  if (coding) headers.set('content-encoding', coding)

  const ifRange = c.req.header('if-range')
  const range =
    c.req.method === 'GET' && (!ifRange || ifRange === etag || ifRange === modified)
      ? parseRange(c.req.header('range'), size)
      : undefined
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } })
  }
  if (range) headers.set('content-range', `bytes ${range.start}-${range.end}/${size}`)
  headers.set('content-length', String(range ? range.end - range.start + 1 : size))

  const file = coding ? prepared.file + suffixes[coding] : prepared.file
  const body = c.req.method === 'HEAD' || size === 0 ? null : openFile(file, range)
  return new Response(body, { status: range ? 206 : 200, headers })
}

/**
 * Whether the client has it already (RFC 9110, section 13.2.2). The date must be the very same: an
 * older one is that of a build that has been rolled back to.
 */
function isKnown(c: Context, etag: string, modified: string): boolean {
  const tags = c.req.header('if-none-match')
  return tags === undefined
    ? c.req.header('if-modified-since') === modified
    : tags.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')))
}

/** The variant that the client likes best; between equals, the smallest: browsers list gzip first and mean nothing by it. */
function negotiate(c: Context, { asset, codings: offered }: Prepared): Coding | undefined {
  if (offered.length === 0) return undefined
  const match = (accepted: { type: string; q: number }[]): string => {
    const weight = (name: string): number =>
      (
        accepted.find(({ type }) => type.toLowerCase() === name) ??
        accepted.find(({ type }) => type === '*')
      )?.q ?? 0
    const size = (coding: Coding): number => asset.encodings?.[coding] ?? Infinity
    const [best] = offered
      .filter((coding) => weight(coding) > 0)
      .toSorted((a, b) => weight(b) - weight(a) || size(a) - size(b))
    return best ?? ''
  }
  const best = accepts(c, { header: 'Accept-Encoding', supports: offered, default: '', match })
  return (best as Coding | '') || undefined
}

/** As SvelteKit's router decodes: `%25` stays, so that nothing is decoded twice. */
function decodePath(pathname: string): string {
  try {
    return pathname.split('%25').map(decodeURI).join('%25')
  } catch {
    return pathname
  }
}

/** One byte range (RFC 9110, section 14.2). Several at once are answered with the whole file, which is allowed. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}
