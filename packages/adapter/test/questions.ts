import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { payloadOf, remoteOf } from '../../../testing/isolation/remote-calls.ts'
import type { Question } from './ask.ts'
import { site } from './serve-site.ts'

const titled = ({ title, ...question }: Question): Question & { title: string } => ({
  ...question,
  title: title ?? `${question.method ?? 'GET'} ${question.path}`,
})

const origin = 'http://site.example'
/** A browser's own form: by adapter-node's default a request is https, so the proxy's header says http. */
const browser = { host: 'site.example', origin, 'x-forwarded-proto': 'http' }
const urlencoded = { ...browser, 'content-type': 'application/x-www-form-urlencoded' }

const get = (path: string, headers?: Record<string, string>): Question => ({
  path,
  ...(headers && { headers, title: `GET ${path} with ${JSON.stringify(headers)}` }),
})

/** By what every route and feature of the site is asked for. */
export const questions: (Question & { title: string })[] = [
  // Pages, the base path and trailing slashes
  ...['/', '/base', '/base/', '/basement', '/base/missing', '/base//', '//base', '/base/./read'],
  ...['/base/stream', '/base/remote', '/base/form'],
  ...['/base/slash', '/base/slash/', '/base/slash?a=1', '/base/read/', '/base/redirect/?a=1'],
  ...['/base/prerendered', '/base/prerendered/', '/base/prerendered/?a=1'],
  ...['/base/prerendered.html', '/base/prerendered/data.json', '/base/prerendered/data.json/'],
  ...['/base/slash/prerendered', '/base/slash/prerendered/', '/base/slash/prerendered/index.html'],
  ...['/base/__data.json', '/base/stream/__data.json', '/base/error/expected/__data.json'],
  // Errors
  ...['/base/error/expected', '/base/error/unexpected', '/base/%E0%A4%A', '/base/%'],
  // Endpoints
  ...['/base/read', '/base/bytes', '/base/events', '/base/cookies', '/base/redirect'],
  ...['/base/plain?a=1&b=%2F%20', '/base/instrumented', '/base/socket'],
  ...['/base/param/', '/base/param/a/b%2Fc/%C3%BC?q=1&q=2', '/base/param/%25', '/base/param/a+b'],
  // Files
  ...[
    '/base/plain.txt',
    '/base/plain.txt?v=1',
    '/base/plain.txt/',
    '/plain.txt',
    '/base/empty.txt',
  ],
  ...[
    '/base/%C3%BCber%20uns.txt',
    '/base/large.css',
    '/base/page',
    '/base/page/',
    '/base/page.html',
  ],
  ...['/base/.well-known/security.txt', '/base/.hidden', '/base/service-worker.js'],
  ...['/base/_app/version.json', '/base/_app/env.js', '/base/_app/immutable/missing.js'],
  ...['/base/plain.txt.br', '/base/large.css.gz', '/base/..%2fhandler.js', '/base/../index.js'],
]
  .map((path) => get(path))
  .concat(
    // adapter-node takes itself to be behind https, and would ask itself for the file that way.
    get('/base/universal?a=%20b', { 'x-forwarded-proto': 'http' }),
    // What a browser and a proxy say
    get('/base/form', { accept: 'application/json' }),
    get('/base/missing', { accept: 'application/json' }),
    get('/base/error/unexpected', { accept: 'application/json' }),
    get('/base/plain', { 'x-one': '1', 'x-forwarded-proto': 'https', host: 'a.example:8443' }),
    get('/base/cookies', { cookie: 'third=3; other=%C3%BC' }),
    get('/base/plain', { 'x-forwarded-proto': 'ftp:' }),
    // Methods
    ...['/base', '/base/stream', '/base/methods', '/base/read', '/base/plain.txt', '/base/missing']
      .concat(
        '/base/prerendered',
        '/base/redirect',
        '/base/events',
        '/base/upload',
        '/base/cookies',
      )
      .flatMap((path) => ['HEAD', 'OPTIONS', 'DELETE'].map((method) => ({ path, method }))),
    ...['GET', 'PUT', 'PATCH', 'POST', 'PROPFIND'].map((method) => ({
      path: '/base/methods',
      method,
      headers: { ...browser, 'content-type': 'text/plain;charset=utf-8' },
      ...(method !== 'GET' && { body: 'ü' }),
    })),
    { path: '/base/prerendered', method: 'POST', headers: urlencoded, body: 'a=1' },
    { path: '/base/plain.txt', method: 'PUT', headers: browser, body: 'a' },
    // Forms, and SvelteKit's check of their origin
    ...['Ada', 'fail', 'away'].flatMap((name) =>
      ['text/html', 'application/json'].map((accept) => ({
        title: `a form of ${name} that wants ${accept}`,
        path: '/base/form',
        method: 'POST',
        headers: { ...urlencoded, accept },
        body: `name=${name}`,
      })),
    ),
    {
      title: 'a form of a foreign page',
      path: '/base/form',
      method: 'POST',
      headers: { ...urlencoded, origin: 'https://evil.example' },
      body: 'name=Ada',
    },
    {
      title: 'a form with a file',
      path: '/base/form',
      method: 'POST',
      headers: { ...browser, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\nÄda\r\n--x--\r\n',
    },
    // A whole upload, in one go and with no length said
    ...([{}, { 'transfer-encoding': 'chunked' }] as Record<string, string>[]).map(
      (extra, index) => ({
        title: `an upload ${index === 0 ? 'with' : 'without'} its length`,
        path: '/base/upload',
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', ...extra },
        body: Buffer.alloc(300_000, 7),
      }),
    ),
  )
  .map(titled)

/** How remote functions are called, from a page with one of their forms. */
export function remoteQuestions(html: string): (Question & { title: string })[] {
  const remote = remoteOf(html).replace('/_app', '/base/_app')
  const json = { ...browser, 'content-type': 'application/json' }
  return [
    get(`${remote}/ask?payload=${payloadOf('Ada')}`),
    get(`${remote}/ask`),
    get(`${remote}/missing?payload=${payloadOf('Ada')}`),
    get(`${remote}/tick?payload=${payloadOf('Ada')}`, { accept: 'text/event-stream' }),
    {
      path: `${remote}/tell`,
      method: 'POST',
      headers: { ...json, 'x-sveltekit-pathname': '/base/remote', 'x-sveltekit-search': '' },
      body: JSON.stringify({ payload: payloadOf('Ada'), refreshes: [] }),
    },
    {
      title: 'a remote command of a foreign page',
      path: `${remote}/tell`,
      method: 'POST',
      headers: { ...json, origin: 'https://evil.example' },
      body: JSON.stringify({ payload: payloadOf('Ada'), refreshes: [] }),
    },
  ].map(titled)
}

/** The paths of all files that adapter-node serves. */
export const staticPaths: string[] = ['client', 'prerendered'].flatMap((folder) =>
  readdirSync(join(site, 'build-node', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:br|gz)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).split(`/${folder}`)[1] ?? '')
    .map(encodeURI),
)

/** How a file may be asked for. */
export function fileQuestions(path: string, etag: string): (Question & { title: string })[] {
  const weak = `W/${etag}`
  return [
    ...['', 'gzip', 'br', 'gzip, br', 'br;q=0.1, gzip', 'identity', '*', 'br;q=0'].map((coding) =>
      get(path, { 'accept-encoding': coding }),
    ),
    ...['bytes=0-0', 'bytes=-3', 'bytes=2-', 'bytes=9999999-', 'bytes=0-1,3-4', 'lines=1-2'].map(
      (range) => get(path, { range }),
    ),
    ...[etag, weak, '*', '"other"', `"other", ${etag}`].map((tag) =>
      get(path, { 'if-none-match': tag }),
    ),
    ...[etag, '"other"'].map((tag) => get(path, { range: 'bytes=0-0', 'if-range': tag })),
    // HEAD with a range is not asked for: adapter-node counts it, RFC 9110, section 14.2, defines it
    // for GET alone.
    ...([{}, { 'if-none-match': etag }] as Record<string, string>[]).map((headers) => ({
      title: `HEAD ${path} with ${JSON.stringify(headers)}`,
      path,
      method: 'HEAD',
      headers,
    })),
  ].map(titled)
}
