import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createAssetTable } from '../../../src/bundle/asset-table.ts'
import type { Asset, AssetTable, AssetTableOptions } from '../../../src/bundle/asset-table.ts'
import { createDirectory } from '../temporary-directory.ts'

const content: Record<string, string> = {
  'client/robots.txt': 'hello',
  'client/robots.txt.br': 'br',
  'client/robots.txt.gz': 'gzip',
  'client/robots.txt.zst': 'z',
  'client/page.html': 'page',
  'client/page/index.html': 'page/',
  'client/docs/index.html': 'docs',
  'client/photo.png': 'png',
  'client/no-type.xyz': '',
  'client/_app/immutable/start.abc.js': 'code',
  'client/_app/version.json': '{}',
  'client/.env': 'secret',
  'client/.vite/manifest.json': '{}',
  'client/deep/.git/config': 'secret',
  'client/.well-known/security.txt': 'contact',
  'client/über uns.txt': 'ü',
  'client/__proto__': 'proto',
  'client/clash.html': 'client',
  'prerendered/index.html': 'home',
  'prerendered/about.html': 'about',
  'prerendered/blog/index.html': 'blog',
  'prerendered/blog/post.html': 'post',
  'prerendered/feed.xml': '<feed/>',
  'prerendered/clash.html': 'prerendered',
  'prerendered/robots.txt/index.html': 'a page of that name',
  'prerendered/both.html': 'both',
  'prerendered/both/index.html': 'both/',
}
const root = createDirectory(content)

const listed = (kind: string): string[] =>
  Object.keys(content)
    .filter((file) => file.startsWith(`${kind}/`) && !/\.(?:br|gz|zst)$/.test(file))
    .map((file) => file.slice(kind.length + 1))

const make = (paths: string[] = [], options: Partial<AssetTableOptions> = {}): AssetTable =>
  createAssetTable({
    base: '',
    client: { directory: join(root, 'client'), files: listed('client') },
    prerendered: { directory: join(root, 'prerendered'), files: listed('prerendered'), paths },
    immutable: '/_app/immutable/',
    mimeTypes: {
      '.txt': 'text/plain',
      '.js': 'text/javascript',
      '.html': 'text/html',
      '.png': 'image/png',
      '.json': 'application/json',
      '.xml': 'application/xml',
    },
    ...options,
  })

describe('client files', () => {
  test('stand under their path, with everything that can be known before a request', () => {
    expect(make()['/robots.txt']).toEqual({
      file: 'client/robots.txt',
      size: 5,
      etag: createHash('sha256').update('hello').digest('base64url'),
      type: 'text/plain;charset=utf-8',
      modified: expect.any(Number),
      encodings: { br: 2, gzip: 4, zstd: 1 },
    })
  })

  test('that are no text have no charset, and those without a known type have none', () => {
    const table = make()
    expect(table['/photo.png']).toMatchObject({ type: 'image/png' })
    expect((table['/no-type.xyz'] as Asset).type).toBeUndefined()
  })

  test('without compressed variants have no encodings', () => {
    expect('encodings' in (make()['/photo.png'] as Asset)).toBe(false)
  })

  test('are immutable where their name carries a hash, and only there', () => {
    const immutable = Object.entries(make())
      .filter(([, asset]) => typeof asset !== 'string' && asset.immutable)
      .map(([path]) => path)
    expect(immutable).toEqual(['/_app/immutable/start.abc.js'])
  })

  test('that are hidden are not for the public, but for .well-known', () => {
    const paths = Object.keys(make())
    expect(paths).toContain('/.well-known/security.txt')
    expect(paths.filter((path) => /\.env|\.vite|\.git/.test(path))).toEqual([])
  })

  test('may have any name', () => {
    const table = make()
    expect(table['/über uns.txt']).toMatchObject({ size: 2 })
    expect(Object.hasOwn(table, '/__proto__')).toBe(true)
  })

  test('with the same content have the same tag, and with another one another', () => {
    const table = make()
    const tag = (path: string): string => (table[path] as Asset).etag
    expect(tag('/.well-known/security.txt')).not.toBe(tag('/robots.txt'))
    expect(tag('/robots.txt')).toBe((make()['/robots.txt'] as Asset).etag)
  })

  test('stand under the base', () => {
    const table = make([], { base: '/app', immutable: '/app/_app/immutable/' })
    expect(table['/robots.txt']).toBeUndefined()
    expect(table['/app/robots.txt']).toMatchObject({ file: 'client/app/robots.txt' })
    expect(table['/app/_app/immutable/start.abc.js']).toMatchObject({ immutable: true })
  })
})

describe('pages among the static files', () => {
  test.each([
    ['/page', 'client/page.html'],
    ['/page/', 'client/page.html'],
    ['/docs', 'client/docs/index.html'],
    ['/docs/', 'client/docs/index.html'],
    ['/page/index.html', 'client/page/index.html'],
  ])('%s is %s', (path, file) => {
    expect(make()[path]).toMatchObject({ file })
  })

  test('stand before what is prerendered', () => {
    expect(make(['/clash'])['/clash']).toMatchObject({ file: 'client/clash.html' })
  })
})

describe('prerendered pages', () => {
  test.each([
    ['/about', 'prerendered/about.html', '/about/'],
    ['/blog/', 'prerendered/blog/index.html', '/blog'],
    ['/blog', 'prerendered/blog/index.html', '/blog/'],
    ['/blog/post', 'prerendered/blog/post.html', '/blog/post/'],
    ['/feed.xml', 'prerendered/feed.xml', '/feed.xml/'],
  ])('%s is %s, and %s goes there', (path, file, other) => {
    const table = make([path])
    expect(table[path]).toMatchObject({ file })
    expect(table[other]).toBe(path)
  })

  test('/ is the page of the root, to which nothing else goes', () => {
    const before = Object.keys(make())
    const table = make(['/'])
    expect(table['/']).toMatchObject({ file: 'prerendered/index.html' })
    expect(Object.keys(table)).toEqual([...before, '/'])
  })

  test('with and without a trailing slash are two pages when both were made', () => {
    const table = make(['/both', '/both/'])
    expect(table['/both']).toMatchObject({ file: 'prerendered/both.html' })
    expect(table['/both/']).toMatchObject({ file: 'prerendered/both/index.html' })
  })

  test('stand behind a client file of the same path', () => {
    expect(make(['/clash.html'])['/clash.html']).toMatchObject({ file: 'client/clash.html' })
  })

  test('take no path from a client file by a redirect', () => {
    const table = make(['/robots.txt/'])
    expect(table['/robots.txt/']).toMatchObject({ file: 'prerendered/robots.txt/index.html' })
    expect(table['/robots.txt']).toMatchObject({ file: 'client/robots.txt' })
  })

  test('that were listed but not written are left out', () => {
    const table = make(['/missing'])
    expect('/missing' in table).toBe(false)
    expect('/missing/' in table).toBe(false)
  })

  test('are never immutable', () => {
    expect('immutable' in (make(['/about'])['/about'] as Asset)).toBe(false)
  })

  test.each([
    ['/app', 'prerendered/app/index.html', '/app/'],
    ['/app/', 'prerendered/app/index.html', '/app'],
    ['/app/about', 'prerendered/app/about.html', '/app/about/'],
  ])('under a base: %s is %s, and %s goes there', (path, file, other) => {
    const table = make([path], { base: '/app' })
    expect(table[path]).toMatchObject({ file })
    expect(table[other]).toBe(path)
  })
})

test('the table finds no member of every object', () => {
  const table = make()
  expect(table['toString']).toBeUndefined()
  expect(table['__proto__']).toBeUndefined()
})
