import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { Asset, AssetTable } from '../bundle/asset-table.ts'

/** Opens a file, or the bytes from `start` to `end` of it, both included. */
export type OpenFile = (file: string, range?: { start: number; end: number }) => BodyInit

/** The {@link OpenFile} that every runtime has. */
export function streamFile(file: string, range?: { start: number; end: number }): ReadableStream {
  const stream: NodeStream = Readable.toWeb(createReadStream(file, range))
  return stream as unknown as ReadableStream
}

/** @returns the answer for a path of the table; `undefined` for every other, which is SvelteKit's */
export function createStaticFiles(
  directory: string,
  table: AssetTable,
  openFile: OpenFile = streamFile,
): (c: Context) => Response | undefined {
  const assets = new Map(Object.entries(table))
  return (c) => {
    const { pathname, search } = new URL(c.req.url)
    const asset = assets.get(decodePath(pathname))
    if (asset === undefined) return undefined
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      return new Response('Method Not Allowed', { status: 405, headers: { allow: 'GET, HEAD' } })
    }
    if (typeof asset === 'string') {
      return new Response(null, { status: 308, headers: { location: encodeURI(asset) + search } })
    }
    return respond(c, directory, asset, openFile)
  }
}

function respond(c: Context, directory: string, asset: Asset, openFile: OpenFile): Response {
  const codings = Object.keys(asset.encodings ?? {}) as ('br' | 'gzip')[]
  const coding = negotiate(c, codings)
  const size = (coding && asset.encodings?.[coding]) || asset.size
  const etag = `"${asset.etag}${coding && `.${coding}`}"`
  const headers = new Headers({ etag, 'accept-ranges': 'bytes' })
  if (codings.length > 0) headers.set('vary', 'accept-encoding')
  headers.set('cache-control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (matches(c.req.header('if-none-match'), etag)) {
    return new Response(null, { status: 304, headers })
  }
  if (asset.type) headers.set('content-type', asset.type)
  if (coding) headers.set('content-encoding', coding)

  const ifRange = c.req.header('if-range')
  const range =
    c.req.method === 'GET' && (!ifRange || ifRange === etag)
      ? parseRange(c.req.header('range'), size)
      : undefined
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } })
  }
  if (range) headers.set('content-range', `bytes ${range.start}-${range.end}/${size}`)
  headers.set('content-length', String(range ? range.end - range.start + 1 : size))

  const file = join(directory, asset.file) + (coding && (coding === 'br' ? '.br' : '.gz'))
  const body = c.req.method === 'HEAD' || size === 0 ? null : openFile(file, range)
  return new Response(body, { status: range ? 206 : 200, headers })
}

/** The variant that the client likes best; between equals, the smaller one: browsers list gzip first and mean nothing by it. */
function negotiate(c: Context, codings: ('br' | 'gzip')[]): 'br' | 'gzip' | '' {
  const match = (accepted: { type: string; q: number }[]): string => {
    const weight = (name: string): number =>
      (
        accepted.find(({ type }) => type.toLowerCase() === name) ??
        accepted.find(({ type }) => type === '*')
      )?.q ?? 0
    const [best] = codings
      .filter((coding) => weight(coding) > 0)
      .toSorted((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1))
    return best ?? ''
  }
  return accepts(c, { header: 'Accept-Encoding', supports: codings, default: '', match }) as
    | 'br'
    | 'gzip'
    | ''
}

/** As SvelteKit's router decodes: `%25` stays, so that nothing is decoded twice. */
function decodePath(pathname: string): string {
  try {
    return pathname.split('%25').map(decodeURI).join('%25')
  } catch {
    return pathname
  }
}

/** `If-None-Match`, compared weakly (RFC 9110, section 13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  return (
    header?.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, ''))) ?? false
  )
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
