import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { extname, join, posix } from 'node:path'
import { codings, suffixes } from '../content-codings.ts'
import type { Coding } from '../content-codings.ts'

/** One static file, with everything about its responses that can be decided before the first request. */
export interface Asset {
  /** Relative to the build directory. */
  file: string
  /** In bytes. */
  size: number
  /** A hash of the content, without quotes. */
  etag: string
  type?: string | undefined
  /** When the file was written, in ms since 1970. */
  modified: number
  /** Whether the name carries a hash of the content, so that browsers may keep it for ever. */
  immutable?: true | undefined
  /** Sizes of the compressed variants, in bytes, by their content coding. */
  encodings?: Partial<Record<Coding, number>> | undefined
}

/** By decoded path. A string is the path that the request is redirected to. */
export type AssetTable = Record<string, Asset | string>

export interface AssetTableOptions {
  base: string
  client: { directory: string; files: string[] }
  prerendered: { directory: string; files: string[]; paths: string[] }
  /** What the paths of immutable files begin with. */
  immutable: string
  mimeTypes: Record<string, string>
}

export function createAssetTable({
  base,
  client,
  prerendered,
  immutable,
  mimeTypes,
}: AssetTableOptions): AssetTable {
  // A plain object would find `/__proto__` and its like.
  const table: AssetTable = Object.create(null)

  const measure = (kind: 'client' | 'prerendered', directory: string, file: string): Asset => {
    const path = join(directory, file)
    const content = readFileSync(path)
    const encodings: Asset['encodings'] = {}
    for (const coding of codings) {
      const size = statSync(path + suffixes[coding], { throwIfNoEntry: false })?.size
      if (size !== undefined) encodings[coding] = size
    }
    const type = mimeTypes[extname(file)]
    return {
      file: `${kind}${base}/${file}`,
      size: content.length,
      etag: createHash('sha256').update(content).digest('base64url'),
      type: type?.startsWith('text/') ? `${type};charset=utf-8` : type,
      modified: Math.trunc(statSync(path).mtimeMs),
      ...(Object.keys(encodings).length > 0 && { encodings }),
    }
  }

  for (const file of client.files) {
    if (isHidden(file)) continue
    const path = `${base}/${file}`
    const asset = measure('client', client.directory, file)
    table[path] = path.startsWith(immutable) ? { ...asset, immutable: true } : asset
  }

  // A page in the folder of static files is also found without its ending, as SvelteKit's own servers do.
  for (const file of client.files.toSorted()) {
    const asset = table[`${base}/${file}`]
    if (!asset || !file.endsWith('.html')) continue
    const name = `${base}/${file.replace(/(^|\/)index\.html$|\.html$/, '')}`.replace(/\/$/, '')
    table[`${name}/`] ??= asset
    if (name !== '') table[name] ??= asset
  }

  const known = new Set(prerendered.files)
  for (const path of prerendered.paths) {
    const name = path.slice(base.length + 1)
    const file = [name, `${name}.html`, posix.join(name, 'index.html')].find((one) =>
      known.has(one),
    )
    if (file === undefined || path in table) continue
    table[path] = measure('prerendered', prerendered.directory, file)
    const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
    if (other !== '' && !prerendered.paths.includes(other)) table[other] ??= path
  }
  return table
}

/** Dotfiles are not for the public, but for `.well-known` (RFC 8615). */
function isHidden(file: string): boolean {
  return file
    .replace(/^\.well-known\//, '')
    .split('/')
    .some((part) => part.startsWith('.'))
}
