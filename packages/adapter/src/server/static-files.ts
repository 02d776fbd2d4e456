import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { parseAccept } from 'hono/utils/accept'
import type { Asset, AssetTable } from '../bundle/asset-table.ts'
import { codings, suffixes } from '../content-codings.ts'
import type { Coding } from '../content-codings.ts'

/** What answers a request for a file. */
export interface StaticAnswer {
  status: number
  headers: Record<string, string>
  /** The bytes of the body, where there is one: of a file, both ends included. */
  body?: { file: string; start: number; end: number; whole: boolean } | undefined
}

/** A file as every runtime has it. */
export function streamFile(file: string, range?: { start: number; end: number }): ReadableStream {
  const stream: NodeStream = Readable.toWeb(createReadStream(file, range))
  return stream as unknown as ReadableStream
}

const streamBody = ({ body }: StaticAnswer): BodyInit => streamFile(body?.file ?? '', body)

/** @param openFile @default as a stream of Node's */
export function toResponse(
  answer: StaticAnswer | Response,
  openFile: (answer: StaticAnswer) => BodyInit = streamBody,
): Response {
  if (answer instanceof Response) return answer
  const { status, headers, body } = answer
  return new Response(body ? openFile(answer) : null, { status, headers })
}

/**
 * @returns what answers a request for a path of the table, and gives `undefined` for every other,
 *   which is SvelteKit's
 */
export function createStaticFiles(
  directory: string,
  table: AssetTable,
): (
  method: string,
  url: Pick<URL, 'pathname' | 'search'>,
  header: (name: string) => string | undefined,
) => StaticAnswer | undefined {
  const assets = new Map(
    Object.entries(table).map(([path, asset]) => [path, prepare(path, asset, directory)]),
  )
  return (method, { pathname, search }, header) => {
    const asset = assets.get(decodePath(pathname))
    if (asset === undefined) return undefined
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, headers: { allow: 'GET, HEAD' } }
    }
    if (typeof asset === 'string') return { status: 308, headers: { location: asset + search } }
    return answerFile(method, asset, header)
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

function answerFile(
  method: string,
  prepared: Prepared,
  header: (name: string) => string | undefined,
): StaticAnswer {
  const { asset, modified } = prepared
  const coding = negotiate(header('accept-encoding'), prepared)
  const size = (coding && asset.encodings?.[coding]) || asset.size
  const etag = `"${asset.etag}${coding ? suffixes[coding] : ''}"`
  const headers: Record<string, string> = { ...prepared.headers, etag }
  if (isKnown(header, etag, modified)) return { status: 304, headers }
  headers['accept-ranges'] = 'bytes'
  if (asset.type) headers['content-type'] = asset.type
  if (coding) headers['content-encoding'] = coding

  const ifRange = header('if-range')
  const range =
    method === 'GET' && (!ifRange || ifRange === etag || ifRange === modified)
      ? parseRange(header('range'), size)
      : undefined
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { 'content-range': `bytes */${size}` } }
  }
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${size}`
  headers['content-length'] = String(range ? range.end - range.start + 1 : size)

  const file = coding ? prepared.file + suffixes[coding] : prepared.file
  const { start, end } = range ?? { start: 0, end: size - 1 }
  const body = method === 'HEAD' || size === 0 ? undefined : { file, start, end, whole: !range }
  return { status: range ? 206 : 200, headers, body }
}

/**
 * Whether the client has it already (RFC 9110, section 13.2.2). The date must be the very same: an
 * older one is that of a build that has been rolled back to.
 */
function isKnown(
  header: (name: string) => string | undefined,
  etag: string,
  modified: string,
): boolean {
  const tags = header('if-none-match')
  return tags === undefined
    ? header('if-modified-since') === modified
    : tags.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')))
}

/** The variant that the client likes best; between equals, the smallest: browsers list gzip first and mean nothing by it. */
function negotiate(
  header: string | undefined,
  { asset, codings: offered }: Prepared,
): Coding | undefined {
  if (!header || offered.length === 0) return undefined
  const accepted = parseAccept(header)
  const weight = (coding: Coding): number =>
    [coding, '*']
      .map((name) => accepted.find(({ type }) => type.toLowerCase() === name))
      .find(Boolean)?.q ?? 0
  const size = (coding: Coding): number => asset.encodings?.[coding] ?? Infinity
  return offered
    .filter((coding) => weight(coding) > 0)
    .toSorted((a, b) => weight(b) - weight(a) || size(a) - size(b))[0]
}

/** As SvelteKit's router decodes: `%25` stays, so that nothing is decoded twice. */
function decodePath(pathname: string): string {
  if (!pathname.includes('%')) return pathname
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
