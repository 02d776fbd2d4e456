import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { AssetTable } from '../../../src/bundle/asset-table.ts'
import { createStaticFiles, parseRange, toResponse } from '../../../src/server/static-files.ts'
import { createDirectory } from '../temporary-directory.ts'

const directory = createDirectory({
  'client/plain.txt': '0123456789',
  'client/page.js': 'const original = 1',
  'client/page.js.br': '<brotli>',
  'client/page.js.gz': '<gzipped>',
  'client/all.css': '.original{}',
  'client/all.css.br': '<br>',
  'client/all.css.zst': '<zstd>',
  'client/all.css.gz': '<gzipped>',
  'client/zipped.js': 'only gzip',
  'client/zipped.js.gz': '<zip>',
  'client/empty.txt': '',
  'client/über uns.txt': 'ü',
  'client/100%.txt': 'percent',
  'client/__proto__': 'proto',
  'prerendered/about.html': '<p>about</p>',
})

/** As it comes out of the build, by way of JSON. */
const table = JSON.parse(`{
  "/plain.txt": { "file": "client/plain.txt", "size": 10, "etag": "plain", "modified": 1445412480000, "type": "text/plain; charset=utf-8" },
  "/page.js": { "file": "client/page.js", "size": 18, "etag": "page", "modified": 1445412480000, "type": "text/javascript; charset=utf-8", "encodings": { "br": 8, "gzip": 9 } },
  "/all.css": { "file": "client/all.css", "size": 11, "etag": "all", "modified": 0, "encodings": { "br": 4, "zstd": 6, "gzip": 9 } },
  "/zipped.js": { "file": "client/zipped.js", "size": 9, "etag": "zipped", "modified": 1445412480000, "encodings": { "gzip": 5 } },
  "/_app/immutable/a.txt": { "file": "client/plain.txt", "size": 10, "etag": "a", "modified": 1445412480000, "immutable": true },
  "/empty.txt": { "file": "client/empty.txt", "size": 0, "etag": "empty", "modified": 1445412480000 },
  "/über uns.txt": { "file": "client/über uns.txt", "size": 2, "etag": "uber", "modified": 1445412480000 },
  "/100%25.txt": { "file": "client/100%.txt", "size": 7, "etag": "percent", "modified": 1445412480000 },
  "/__proto__": { "file": "client/__proto__", "size": 5, "etag": "proto", "modified": 1445412480000 },
  "/about": { "file": "prerendered/about.html", "size": 12, "etag": "about", "modified": 1445412480000, "type": "text/html; charset=utf-8" },
  "/about/": "/about",
  "/über/": "/über",
  "/docs": "/docs/",
  "/docs/a:b": "/docs/a:b/"
}`) as AssetTable

const serve = createStaticFiles(directory, table)
const app = new Hono()
app.all('*', (c) => {
  const answer = serve(c.req.method, new URL(c.req.url), (name) => c.req.header(name))
  return answer ? toResponse(answer) : c.text('sveltekit', 299 as never)
})

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { method, headers })

describe('a file', () => {
  test('is answered whole, with its type, its size and its tag', async () => {
    const response = await ask('/plain.txt')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'content-length': '10',
      'content-type': 'text/plain; charset=utf-8',
      etag: '"plain"',
      'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
    })
    expect(await response.text()).toBe('0123456789')
  })

  test('whose name carries a hash may be kept for ever', async () => {
    const response = await ask('/_app/immutable/a.txt')
    expect(response.headers.get('cache-control')).toBe('public,max-age=31536000,immutable')
  })

  test('without a known type is answered without one', async () => {
    expect((await ask('/__proto__')).headers.has('content-type')).toBe(false)
  })

  test('that is empty is answered with nothing', async () => {
    const response = await ask('/empty.txt')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('0')
    expect(await response.text()).toBe('')
  })

  test('is the same with a query', async () => {
    expect(await (await ask('/plain.txt?v=2')).text()).toBe('0123456789')
  })
})

describe('the path', () => {
  test.each([
    ['/%C3%BCber%20uns.txt', 'ü'],
    ['/100%25.txt', 'percent'],
    ['/__proto__', 'proto'],
    ['/%5F%5Fproto%5F%5F', 'proto'],
    ['/about', '<p>about</p>'],
  ])('%s is decoded, and found', async (path, text) => {
    const response = await ask(path)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(text)
  })

  test.each([
    '/',
    '/missing',
    '/plain.txt/',
    '/PLAIN.txt',
    '/constructor',
    '/toString',
    '/client/plain.txt',
    '/../plain.txt/..',
    '/..%2f..%2fetc/passwd',
    '/plain%2Etxt%00',
    '/%E0%A4%A',
    '/100%2525.txt',
    '/page.js.br',
    '/page.js.gz',
  ])('%s is none of ours', async (path) => {
    expect(await (await ask(path)).text()).toBe('sveltekit')
  })
})

describe('methods', () => {
  test('HEAD has the headers of GET and no body', async () => {
    const get = await ask('/page.js', { 'accept-encoding': 'br' })
    const head = await ask('/page.js', { 'accept-encoding': 'br' }, 'HEAD')
    expect(head.status).toBe(200)
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers))
    expect(await head.text()).toBe('')
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s on a file is not allowed',
    async (method) => {
      const response = await ask('/plain.txt', {}, method)
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('GET, HEAD')
    },
  )

  test('any other path is left to SvelteKit, whatever the method', async () => {
    expect(await (await ask('/missing', {}, 'POST')).text()).toBe('sveltekit')
  })
})

describe('redirects', () => {
  test('go to the one path of a page, for good', async () => {
    const response = await ask('/about/')
    expect(response.status).toBe(308)
    expect(response.headers.get('location')).toBe('../about')
  })

  test('are relative, so that they hold behind a proxy that takes a part of the path away', async () => {
    expect((await ask('/docs')).headers.get('location')).toBe('./docs/')
    // Without the dot `a:` would be a scheme.
    expect((await ask('/docs/a:b')).headers.get('location')).toBe('./a:b/')
  })

  test('keep the query', async () => {
    expect((await ask('/about/?a=1&b=%20')).headers.get('location')).toBe('../about?a=1&b=%20')
  })

  test('encode the path', async () => {
    expect((await ask('/%C3%BCber/')).headers.get('location')).toBe('../%C3%BCber')
  })
})

describe('If-None-Match', () => {
  test.each(['"plain"', 'W/"plain"', '"other", "plain"', '*'])(
    '%s is answered with 304, without a body',
    async (tags) => {
      const response = await ask('/plain.txt', { 'if-none-match': tags })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe('"plain"')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(response.headers.has('content-length')).toBe(false)
      expect(await response.text()).toBe('')
    },
  )

  test.each(['"other"', 'plain', '"plain', '""'])('%s is answered whole', async (tags) => {
    expect((await ask('/plain.txt', { 'if-none-match': tags })).status).toBe(200)
  })

  test('HEAD is answered with 304 too', async () => {
    expect((await ask('/plain.txt', { 'if-none-match': '"plain"' }, 'HEAD')).status).toBe(304)
  })

  test('the tag of one coding does not stand for another', async () => {
    const gzip = await ask('/page.js', { 'accept-encoding': 'gzip' })
    const headers = { 'accept-encoding': 'br', 'if-none-match': gzip.headers.get('etag')! }
    expect((await ask('/page.js', headers)).status).toBe(200)
    expect((await ask('/page.js', { ...headers, 'accept-encoding': 'gzip' })).status).toBe(304)
  })

  test('it goes before a range', async () => {
    const headers = { 'if-none-match': '"plain"', range: 'bytes=0-1' }
    expect((await ask('/plain.txt', headers)).status).toBe(304)
  })
})

describe('If-Modified-Since', () => {
  const at = 'Wed, 21 Oct 2015 07:28:00 GMT'

  test('with the very date is answered with 304', async () => {
    expect((await ask('/plain.txt', { 'if-modified-since': at })).status).toBe(304)
  })

  test('with any other date is answered whole: an older one may be that of a build that was rolled back to', async () => {
    const since = (date: string) => ask('/plain.txt', { 'if-modified-since': date })
    expect((await since('Wed, 21 Oct 2015 07:27:59 GMT')).status).toBe(200)
    expect((await since('Wed, 21 Oct 2016 07:28:00 GMT')).status).toBe(200)
  })

  test('counts for nothing beside If-None-Match', async () => {
    const headers = { 'if-modified-since': at, 'if-none-match': '"other"' }
    expect((await ask('/plain.txt', headers)).status).toBe(200)
  })
})

describe('Accept-Encoding', () => {
  test.each([
    ['br', 'br', '<brotli>'],
    ['gzip', 'gzip', '<gzipped>'],
    ['BR', 'br', '<brotli>'],
    ['gzip;q=0.5, br;q=0.8', 'br', '<brotli>'],
    ['br;q=0.5, gzip;q=0.8', 'gzip', '<gzipped>'],
    ['br;q=0, gzip', 'gzip', '<gzipped>'],
    ['deflate, zstd, gzip', 'gzip', '<gzipped>'],
  ])('%s is answered with %s', async (accepted, coding, text) => {
    const response = await ask('/page.js', { 'accept-encoding': accepted })
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.headers.get('content-length')).toBe(String(text.length))
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(await response.text()).toBe(text)
  })

  test.each([
    '',
    'identity',
    'deflate',
    'zstd',
    'br;q=0',
    'br;q=0, gzip;q=0',
    'br;q=0.0',
    'brotli',
  ])('"%s" is answered without a coding', async (accepted) => {
    const response = await ask('/page.js', { 'accept-encoding': accepted })
    expect(response.headers.has('content-encoding')).toBe(false)
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(await response.text()).toBe('const original = 1')
  })

  test.each([
    ['zstd', 'zstd', '<zstd>'],
    ['gzip, deflate, zstd', 'zstd', '<zstd>'],
    ['gzip, deflate, br, zstd', 'br', '<br>'],
    ['br;q=0.9, zstd', 'zstd', '<zstd>'],
  ])('%s is answered with %s where there is Zstandard', async (accepted, coding, text) => {
    const response = await ask('/all.css', { 'accept-encoding': accepted })
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.headers.get('etag')).toBe(`"all${coding === 'zstd' ? '.zst' : '.br'}"`)
    expect(await response.text()).toBe(text)
  })

  test('a coding that a file does not have is not used', async () => {
    const response = await ask('/zipped.js', { 'accept-encoding': 'br, gzip' })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toBe('<zip>')
  })

  test('a file without variants does not vary', async () => {
    const response = await ask('/plain.txt', { 'accept-encoding': 'br, gzip' })
    expect(response.headers.has('content-encoding')).toBe(false)
    expect(response.headers.has('vary')).toBe(false)
  })

  test('each coding has a tag of its own', async () => {
    const tags = await Promise.all(
      ['', 'br', 'gzip'].map(async (accepted) => {
        const response = await ask('/page.js', { 'accept-encoding': accepted })
        return response.headers.get('etag')
      }),
    )
    expect(new Set(tags).size).toBe(3)
  })

  test('a range is of the variant', async () => {
    const response = await ask('/page.js', { 'accept-encoding': 'br', range: 'bytes=1-3' })
    expect(response.headers.get('content-range')).toBe('bytes 1-3/8')
    expect(await response.text()).toBe('bro')
  })
})

describe('Range', () => {
  test.each([
    ['bytes=0-0', '0', '0-0'],
    ['bytes=2-4', '234', '2-4'],
    ['bytes=5-', '56789', '5-9'],
    ['bytes=-3', '789', '7-9'],
    ['bytes=8-100', '89', '8-9'],
    ['bytes=-100', '0123456789', '0-9'],
    ['bytes=0-9', '0123456789', '0-9'],
  ])('%s is answered with 206 and "%s"', async (range, text, said) => {
    const response = await ask('/plain.txt', { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${said}/10`)
    expect(response.headers.get('content-length')).toBe(String(text.length))
    expect(await response.text()).toBe(text)
  })

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s is answered with 416', async (range) => {
    const response = await ask('/plain.txt', { range })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */10')
    expect(await response.text()).toBe('')
  })

  test.each(['bytes=0-1,3-4', 'bytes=-', 'bytes=a-b', 'lines=0-1', '0-1', 'bytes 0-1'])(
    '%s is answered whole',
    async (range) => {
      const response = await ask('/plain.txt', { range })
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('0123456789')
    },
  )

  test('an empty file has no range', async () => {
    expect((await ask('/empty.txt', { range: 'bytes=0-' })).status).toBe(416)
  })

  test.each([
    ['the tag of what is there', '"plain"', 206],
    ['another tag', '"other"', 200],
    ['a weak tag', 'W/"plain"', 200],
    ['the date of what is there', 'Wed, 21 Oct 2015 07:28:00 GMT', 206],
    ['another date', 'Wed, 21 Oct 2015 07:28:01 GMT', 200],
  ])('with If-Range and %s', async (_, ifRange, status) => {
    const response = await ask('/plain.txt', { range: 'bytes=0-1', 'if-range': ifRange })
    expect(response.status).toBe(status)
  })

  test('If-Range of another coding is answered whole', async () => {
    const headers = { 'accept-encoding': 'br', range: 'bytes=0-1', 'if-range': '"page"' }
    expect((await ask('/page.js', headers)).status).toBe(200)
  })
})

describe('parseRange', () => {
  test.each<[string | undefined, number, ReturnType<typeof parseRange>]>([
    [undefined, 10, undefined],
    ['', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=0-4', 10, { start: 0, end: 4 }],
    ['bytes=0-', 1, { start: 0, end: 0 }],
    ['bytes=-1', 10, { start: 9, end: 9 }],
    ['bytes=-20', 10, { start: 0, end: 9 }],
    ['bytes=9-', 10, { start: 9, end: 9 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=0-99999999999999999999999', 10, { start: 0, end: 9 }],
    ['bytes=99999999999999999999999-', 10, 'unsatisfiable'],
    ['bytes=0-1, 2-3', 10, undefined],
    ['bytes= 0-1', 10, undefined],
    ['bytes=0-1 ', 10, undefined],
    ['bytes=+1-2', 10, undefined],
    ['bytes=1.5-2', 10, undefined],
  ])('%s of %d bytes', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected)
  })
})

describe('what browsers send', () => {
  const browser = createStaticFiles(
    createDirectory({ 'c/a.js': 'original', 'c/a.js.br': 'br', 'c/a.js.gz': 'gz' }),
    {
      '/a.js': { file: 'c/a.js', size: 8, etag: 'a', modified: 0, encodings: { br: 2, gzip: 2 } },
    },
  )
  const site = new Hono().all('*', (c) => {
    const answer = browser(c.req.method, new URL(c.req.url), (name) => c.req.header(name))
    return answer ? toResponse(answer) : c.text('kit')
  })

  test.each(['gzip, deflate, br, zstd', '*', 'gzip;q=0.9, *'])(
    '%s gets Brotli',
    async (accepted) => {
      const response = await site.request('/a.js', { headers: { 'accept-encoding': accepted } })
      expect(response.headers.get('content-encoding')).toBe('br')
    },
  )

  test('a range of HEAD is ignored: it is defined for GET alone', async () => {
    const response = await site.request('/a.js', {
      method: 'HEAD',
      headers: { range: 'bytes=0-1' },
    })
    expect(response.status).toBe(200)
  })
})
