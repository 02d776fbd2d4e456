import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import type { Visitor } from '../../../testing/browser.ts'
import { root } from '../../../testing/run-server.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect } from '../../../testing/socket-client.ts'
import type { Target } from '../../../testing/targets.ts'
import { readBlock } from './unit/read-block.ts'

/**
 * What was wrong with the five systems that this package replaces, row by row of the design's
 * rivals.md: A1 and A3 by number and sentence, C1 by its features. Every test shows that it is not
 * so here.
 */
export function rivalsContract(target: Target, server: () => RunningServer): void {
  const features = createFeatures(server)

  describe('svelte-kit-isolated-stores', () => {
    test('A1.1: needs Kit’s session; dead on Kit 1, 2 and 3', features['Runs on Kit 3'])
    test('A1.2: all prerendered pages share one key', features['prerender isolation'])
    test('A1.3: Object.keys and spread throw, JSON.stringify gives undefined', async () => {
      const { keys, spread, json } = await objects(server(), 'ada')
      expect({ keys, spread, json }).toEqual({ keys: ['id'], spread: { id: 7 }, json: '{"id":7}' })
    })
    test(
      'A1.4: a class store with #private fields throws',
      features['class with `#private`, spread'],
    )
    test('A1.5: defineWritable() throws', async () => {
      expect(await objects(server(), 'ada')).toMatchObject({ nothing: true })
    })
    test('A1.6: derived of a plain store throws, rest arguments yield undefined, no update', async () => {
      expect(await objects(server(), 'ada')).toMatchObject({
        ofPlain: 4,
        rest: '2+1',
        updated: 11,
      })
    })
    test('A1.7: doesn’t work in hooks, +server, actions, after await, in SSR onDestroy', async () => {
      await features['in hooks/+server/actions']()
      await features['after `await`']()
      expect(readBlock(await page(server(), 'ada', '/rivals/page'))['parted']).toBe('ada')
    })
    test('A1.8: a loadWithStores in every load, plus Vite settings', features['no boilerplate'])
    test(
      'A1.9: no hydration: the browser starts from the initial value',
      features['hydration to client'],
    )
    test(
      'A1.10, on the server: the first load’s fetch is kept for ever',
      features['per-request `fetch` in a store'],
    )
    test(
      'A1.11: never tested with overlapping requests',
      features['tests with overlapping requests'],
    )
    lacks(
      'Runs on Kit 3',
      'runes state',
      'in hooks/+server/actions',
      'after `await`',
      'prerender isolation',
      'hydration to client',
      'choose what is sent',
      'no boilerplate',
      'leak warning/error',
      'class with `#private`, spread',
      'scope kept in WS/SSE handlers',
      'tests with overlapping requests',
    )
  })

  describe('“Return a writable store from your load function”', () => {
    test('A3: universal load only, a server load can’t serialise a store', async () => {
      const html = await page(server(), 'ada', '/stores/carried')
      const data = await page(server(), 'ada', '/stores/carried/__data.json')
      expect(html).toContain('<p id="carried">ada|first,of ada</p>')
      expect(data).toContain('carried-user')
    })
    test('A3: nothing for module-level stores, hooks, actions, endpoints', async () => {
      await features['in hooks/+server/actions']()
    })
    test('A3: no hydration of changes made on the server', async () => {
      // Written while the page was already on its way.
      const html = await page(server(), 'ada', '/stores/page?stream')
      const told = { ...readBlock(html), ...readBlock(html, 'kitrt-stores-late') }
      expect(told).toMatchObject({ late: 'late of ada' })
    })
    test('A3: no realtime source', features['scope kept in WS/SSE handlers'])
    lacks(
      'readable',
      'derived',
      'custom stores',
      'runes state',
      'in hooks/+server/actions',
      'hydration to client',
      'leak warning/error',
      'scope kept in WS/SSE handlers',
      'tests with overlapping requests',
    )
  })

  describe('safe-ssr', () => {
    lacks(
      'Runs on Kit 3',
      'writable',
      'readable',
      'derived',
      'custom stores',
      'runes state',
      'hydration to client',
      'choose what is sent',
      'falsy/devalue types hydrate',
      'CSP nonce',
      'per-request `fetch` in a store',
      'no boilerplate',
      'leak warning/error',
      'class with `#private`, spread',
      'scope kept in WS/SSE handlers',
      'tests with overlapping requests',
    )
  })

  describe('svelte-kits', () => {
    lacks(
      'Runs on Kit 3',
      'readable',
      'derived',
      'custom stores',
      'runes state',
      'in hooks/+server/actions',
      'after `await`',
      'prerender isolation',
      'hydration to client',
      'per-request `fetch` in a store',
      'leak warning/error',
      'scope kept in WS/SSE handlers',
      'tests with overlapping requests',
    )
  })

  describe('stately', () => {
    lacks(
      'writable',
      'readable',
      'derived',
      'in hooks/+server/actions',
      'after `await`',
      'hydration to client',
      'choose what is sent',
      'falsy/devalue types hydrate',
      'per-request `fetch` in a store',
      'no boilerplate',
      'leak warning/error',
      'scope kept in WS/SSE handlers',
      'tests with overlapping requests',
    )
  })

  // A browser knows nothing of the runtime that served it.
  if (target.name === 'node') describe('in the browser', () => browserRows(server))

  function lacks(...names: (keyof typeof features)[]): void {
    for (const name of names) test(`C1: ${name}`, features[name])
  }
}

/** What C1 asks of each system, once for all that lack it. */
function createFeatures(server: () => RunningServer) {
  const features = {
    async 'Runs on Kit 3'() {
      expect((await objects(server(), 'ada'))['version']).toMatch(/^3\./)
    },
    async writable() {
      expect(await seen(server(), 'ada')).toMatchObject({ canary: 'ada', list: 'first,of ada' })
    },
    async readable() {
      expect(await seen(server(), 'ada')).toMatchObject({ started: 'after' })
    },
    async derived() {
      expect(await seen(server(), 'ada')).toMatchObject({ shout: 'ADA', both: 'ada+2' })
    },
    async 'custom stores'() {
      expect(readBlock(await page(server(), 'ada'))['greeting']).toBe('hello ada')
    },
    async 'runes state'() {
      const html = await page(server(), 'ada', '/rivals/page')
      expect(html).toContain('<p id="rival">ada|3|6</p>')
      expect(readBlock(html)['tally']).toBe(3)
    },
    async 'in hooks/+server/actions'() {
      const { url } = server()
      // A hook has set what the endpoint and the action read.
      const endpoint = await page(server(), 'ada', '/stores/endpoint')
      const action = await fetch(`${url}/stores/page`, {
        method: 'POST',
        headers: { cookie: 'user=ada', origin: url, accept: 'application/json' },
        body: new URLSearchParams({ a: '1' }),
      })
      expect(endpoint).toBe('ada')
      expect(await action.text()).toContain('ada')
    },
    async 'after `await`'() {
      expect(await seen(server(), 'ada')).toMatchObject({ before: 'ada', after: 'ada' })
    },
    async 'prerender isolation'() {
      for (const name of ['one', 'two', 'three']) {
        const html = await page(server(), 'ada', `/stores/prerendered/${name}`)
        expect(html).toContain(`<p id="list">first,${name}</p>`)
      }
    },
    async 'hydration to client'() {
      expect(readBlock(await page(server(), 'ada'))).toMatchObject({
        canary: 'ada',
        list: ['first', 'of ada'],
      })
    },
    async 'choose what is sent'() {
      const html = await page(server(), 'ada', '/rivals/page')
      expect(readBlock(html)).toHaveProperty('canary', 'ada')
      // The load function has set it; it has no key.
      expect(html).not.toContain('secret of')
    },
    async 'falsy/devalue types hydrate'() {
      const { falsy, tricky } = readBlock(await page(server(), 'ada'))
      expect(falsy).toBeNull()
      expect(tricky).toMatchObject({ date: new Date(0), map: new Map([['a', 1n]]) })
    },
    async 'CSP nonce'() {
      const response = await ask(server(), 'ada', '/rivals/page')
      expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self' 'nonce-/)
      // What is no script needs no nonce; below, a browser takes it.
      expect(await response.text()).toContain('<script type="application/json" id="kitrt-stores">')
    },
    async 'per-request `fetch` in a store'() {
      // A custom store asks an endpoint, with the cookies of its visitor.
      for (const user of ['ada', 'bob']) {
        expect(readBlock(await page(server(), user))['greeting']).toBe(`hello ${user}`)
      }
    },
    async 'no boilerplate'() {
      const app = join(root, 'packages/adapter/test/app')
      const read = (file: string): string => readFileSync(join(app, file), 'utf8')
      // The whole of it is one handle in the hooks …
      expect(read('src/hooks.server.ts').match(/.*\bstores\b.*/g)).toEqual([
        `import { handle as stores } from '@kitrt/stores/server'`,
        'export const handle = sequence(stores, app)',
      ])
      expect(read('vite.config.ts')).not.toMatch(/optimizeDeps|noExternal|stores/)
      // … and a load function that uses stores is a plain one.
      expect(read('src/routes/stores/prerendered/[page]/+page.server.ts')).toMatch(
        /export const load = \(\{ params \}\) => \{/,
      )
      await features['hydration to client']()
    },
    async 'leak warning/error'() {
      const answer = JSON.parse(await page(server(), 'ada', '/stores/outside')) as object
      expect(answer).toMatchObject({ name: 'KitrtError', code: 'no-scope' })
    },
    async 'class with `#private`, spread'() {
      expect(await objects(server(), 'ada')).toMatchObject({ owner: 'ada', instance: true })
    },
    async 'scope kept in WS/SSE handlers'() {
      const headers = { cookie: 'user=ada' }
      const socket = await connect(`${server().url}/socket/scope`, { headers })
      expect(await socket.next()).toContain('open ada')
      socket.ws.send('')
      expect(await socket.next()).toContain('message ada')
      socket.ws.close()
      const stream = await fetch(`${server().url}/stream/seen`, { headers })
      const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      // The second tick comes from a timer.
      while (text.split('data: ada').length < 3) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`the stream ended after ${text}`)
        text += value
      }
      await reader.cancel()
    },
    async 'tests with overlapping requests'() {
      const users = Array.from({ length: 40 }, (_, index) => `rival-${index}-`)
      const pages = await Promise.all(users.map((user) => page(server(), user, '/rivals/page')))
      for (const [index, html] of pages.entries()) {
        expect(new Set(html.match(/rival-\d+-/g))).toEqual(new Set([users[index]]))
      }
    },
  }
  return features
}

/** What only a browser can show. */
function browserRows(server: () => RunningServer): void {
  let closeBrowser: () => Promise<void>
  let ada: Visitor

  beforeAll(async () => {
    const browser = await launchBrowser()
    closeBrowser = () => browser.close()
    ada = await visit(browser, `${server().url}/rivals/page`, 'ada')
    // A click before the page has hydrated is lost.
    await ada.page.waitForLoadState('networkidle')
  })
  afterAll(() => closeBrowser())

  const text = (id: string): Promise<string | null> => ada.page.locator(`#${id}`).textContent()

  test('safe-ssr, C1: CSP nonce. svelte-kit-isolated-stores, A1.9: hydration. stately, C1: runes', async () => {
    await ada.page.getByRole('button', { name: 'add' }).click()
    await expect.poll(() => text('rival')).toBe('ada|4|8')
    expect(ada.complaints).toEqual([])
  })

  test('the article, A3: a new store per invalidateAll. svelte-kit-isolated-stores, A1.10: stores made anew, subscribers orphaned', async () => {
    const before = Number(await text('visits'))
    await ada.page.getByRole('button', { name: 'again' }).click()
    // By `const { visits } = data`, and by a store of a module.
    await expect.poll(async () => Number(await text('visits'))).toBeGreaterThan(before)
    expect(await text('last')).toBe(`visit ${await text('visits')}`)
    expect(ada.complaints).toEqual([])
  })
}

function ask({ url }: RunningServer, user: string, path: string): Promise<Response> {
  return fetch(url + path, { headers: { cookie: `user=${user}` } })
}

async function page(server: RunningServer, user: string, path = '/stores/page'): Promise<string> {
  return (await ask(server, user, path)).text()
}

async function objects(server: RunningServer, user: string): Promise<Record<string, unknown>> {
  return JSON.parse(await page(server, user, '/rivals/objects')) as Record<string, unknown>
}

/** What the load function and the component of `/stores/page` have read, before and after they waited. */
async function seen(server: RunningServer, user: string): Promise<Record<string, string>> {
  const html = await page(server, user)
  const [canary, , both, started, , , before, after, shout, list] =
    /<p id="seen">(.*?)<\/p>/
      .exec(html)?.[1]
      ?.replaceAll(/<!--.*?-->/g, '')
      .split('|') ?? []
  return { canary, both, started, before, after, shout, list } as Record<string, string>
}
