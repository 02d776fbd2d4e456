import { describe, expect, test } from 'vitest'
import type { RunningServer } from '../../../testing/run-server.ts'
import type { Target } from '../../../testing/targets.ts'
import { readBlock } from './unit/read-block.ts'

/** What belongs to one request, on every runtime and in every mode. */
export function storesContract(target: Target, server: () => RunningServer): void {
  const page = async (user: string, path = '/stores/page'): Promise<string> =>
    (await fetch(server().url + path, { headers: { cookie: `user=${user}` } })).text()
  const textOf = (html: string, id: string): string | undefined =>
    new RegExp(`<p id="${id}">(.*?)</p>`).exec(html)?.[1]?.replace(/<!--.*?-->/g, '')

  test('overlapping requests each see their own, before and after every await', async () => {
    const users = Array.from({ length: 60 }, (_, index) => `user-${index}-`)
    const pages = await Promise.all(users.map((user) => page(user)))
    for (const [index, user] of users.entries()) {
      const html = pages[index] ?? ''
      expect(textOf(html, 'seen')).toBe(
        `${user}|${user.toUpperCase()}|${user}+2|after|secret of ${user}|${user}|${user}|${user}|${user.toUpperCase()}|first,of ${user}`,
      )
      expect(textOf(html, 'child')).toBe(`${user}+2`)
      expect(readBlock(html)).toMatchObject({ canary: user, list: ['first', `of ${user}`] })
      expect(textOf(html, 'made')).toBe(`hello ${user}|${user}`)
      const foreign = users.filter((other) => other !== user && html.includes(other))
      expect(foreign).toEqual([])
    }
  })

  test('actions and streamed promises keep the scope', async () => {
    const users = Array.from({ length: 20 }, (_, index) => `acting-${index}-`)
    const answers = await Promise.all(
      users.map(async (user) => {
        const response = await fetch(`${server().url}/stores/page`, {
          method: 'POST',
          headers: {
            cookie: `user=${user}`,
            origin: server().url,
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
            'x-sveltekit-action': 'true',
          },
          body: 'a=1',
        })
        return [await response.text(), await page(user, '/stores/page?stream')] as const
      }),
    )
    for (const [index, user] of users.entries()) {
      const [action, streamed] = answers[index] ?? ['', '']
      expect(action).toContain(user)
      expect(streamed).toContain(`${user} late`)
      // In the head or at the end: whichever came first, the promise or the head.
      const told = { ...readBlock(streamed), ...readBlock(streamed, 'kitrt-stores-late') }
      expect(told).toMatchObject({ canary: user, late: `late of ${user}` })
    }
  })

  test('keyed values reach the page as they are, and nothing else does', async () => {
    const html = await page('zoe')
    expect(readBlock(html)).toEqual({
      canary: 'zoe',
      greeting: 'hello zoe',
      late: 'not yet',
      list: ['first', 'of zoe'],
      place: { vector: [1, 'zoe'.length] },
      visit: ['zoe'],
      falsy: null,
      tricky: {
        html: '</script><!--',
        line: '\u2028',
        date: new Date(0),
        map: new Map([['a', 1n]]),
      },
    })
    expect(html.match(/kitrt-stores/g)).toHaveLength(1)
    // in the head, ahead of SvelteKit's script, and not in the comment or the script that say </head>
    const block = html.indexOf('kitrt-stores')
    expect(block).toBeGreaterThan(html.indexOf('in a script:'))
    expect(block).toBeLessThan(html.indexOf('</head>', html.indexOf('in a script: </head>') + 20))
    expect(block).toBeLessThan(html.indexOf('<body'))
    // the secret is in what the load returned, and in no data block
    expect(
      JSON.stringify(readBlock(html), (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ).not.toContain('secret of')
  })

  test('stores that a load function returns belong to its request, in the page and in its data', async () => {
    const users = Array.from({ length: 30 }, (_, index) => `carried-${index}-`)
    const answers = await Promise.all(
      users.map(async (user) => [
        await page(user, '/stores/carried'),
        await page(user, '/stores/carried/__data.json'),
      ]),
    )
    for (const [index, user] of users.entries()) {
      const [html = '', data = ''] = answers[index] ?? []
      expect(textOf(html, 'carried')).toBe(`${user}|first,of ${user}`)
      expect(data).toContain('KitrtStore')
      expect(new Set((html + data).match(/carried-\d+-/g))).toEqual(new Set([user]))
    }
  })

  test('an initial value is never shared', async () => {
    await page('first-visitor')
    expect(readBlock(await page('second-visitor'))['list']).toEqual(['first', 'of second-visitor'])
  })

  test('a store used outside of any request says which, where and how to mend it', async () => {
    const response = await fetch(`${server().url}/stores/outside`)
    const { name, code, message } = (await response.json()) as Record<string, string>
    expect({ name, code }).toEqual({ name: 'KitrtError', code: 'no-scope' })
    expect(message).toMatch(/writable store 'canary' made at .*:\d+/)
    expect(message).toContain('src/hooks.server.ts')
    if (target.mode === 'dev') {
      expect(message).toMatch(/made at src\/lib\/canary\.ts:\d+:\d+ /)
      // Bun's tail calls leave no frame of the callback in the route, only of its caller.
      expect(message).toMatch(
        /Used at src\/(?:routes\/stores\/outside\/\+server|lib\/server\/attempt)\.ts:/,
      )
    }
  })

  test('a callback from outside belongs to no request, also after one has imported a module', async () => {
    const attempts = []
    for (let round = 0; round < 3; round++) {
      await fetch(`${server().url}/stores/arrival?import`, { headers: { cookie: 'user=victim' } })
      attempts.push(await (await fetch(`${server().url}/stores/arrival`)).json())
    }
    for (const attempt of attempts) expect(attempt).toMatchObject({ code: 'no-scope' })
  })

  test('what a request still does after its response keeps its stores', async () => {
    const users = Array.from({ length: 5 }, (_, index) => `later-${index}`)
    for (const user of users) await page(user, '/stores/after')
    const rests = await Promise.all(
      users.map(async (user) => (await fetch(`${server().url}/stores/after?of=${user}`)).json()),
    )
    if (target.gaps.includes('after-response')) {
      for (const rest of rests) {
        expect(rest).toMatchObject({ code: 'no-scope' })
        expect((rest as Error).message).toContain('after the response to it had gone out')
      }
    } else expect(rests).toEqual(users.map((value) => ({ value })))
  })

  describe('the examples of the README', () => {
    test('notes: in a load function, an action, a component and a remote function', async () => {
      const { url } = server()
      const users = ['ada', 'bob'].map((user) => `${user}-${target.name}`)
      await Promise.all(
        users.map((user) =>
          fetch(`${url}/notes?/add`, {
            method: 'POST',
            headers: { cookie: `user=${user}`, origin: url, accept: 'application/json' },
            body: new URLSearchParams({ text: `note of ${user}` }),
          }),
        ),
      )
      const pages = await Promise.all(users.map((user) => page(`${user}; token=t0ken`, '/notes')))
      for (const [index, html] of pages.entries()) {
        expect(html).toContain('<h1>1 notes</h1>')
        expect(html).toContain(`<p>The last one: note of ${users[index]}</p>`)
        expect(readBlock(html)).toMatchObject({ notes: [`note of ${users[index]}`] })
        expect(html).not.toContain('t0ken')
      }
    })

    test('todos: a custom store with the fetch of its request', async () => {
      const html = await page('ada', '/todos')
      expect(readBlock(html)).toMatchObject({ todos: ['greet ada', 'go home'] })
      expect(html).toContain('<p>greet ada</p><p>go home</p>')
    })
  })

  describe('prerendered pages', () => {
    test('each has its own scope', async () => {
      for (const name of ['one', 'two', 'three']) {
        expect(textOf(await page('x', `/stores/prerendered/${name}`), 'list')).toBe(`first,${name}`)
      }
    })
  })
}
