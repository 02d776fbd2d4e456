import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyApp } from '../../../../testing/copy-app.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { root, runServer } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect, refusal } from '../../../../testing/socket-client.ts'
import { runtimes } from '../../../../testing/targets.ts'

const example = join(root, 'examples', 'hono')
/** Node runs them as in an app that has no SvelteKit; what they import is the same on the others. */
const preload = ['--import', join(import.meta.dirname, 'without-svelte.ts')]

describe.each([
  { runtime: 'node', command: [...runtimes.node.run, ...preload, 'node.ts'] },
  { runtime: 'bun', command: [...runtimes.bun.run, 'bun.ts'] },
  { runtime: 'deno', command: [...runtimes.deno.run, 'deno.ts'] },
])('plain Hono on $runtime', ({ command }) => {
  const as = (user: string): { headers: Record<string, string> } => ({
    headers: { cookie: `user=${user}` },
  })

  describe('the example', () => {
    let server: RunningServer | undefined
    const at = (path: string): string => (server?.url ?? '') + path

    beforeAll(async () => {
      server = await runServer({ command, cwd: example })
    })
    afterAll(async () => {
      await server?.stop()
    })

    test('says what is sent to everybody of the room, and to nobody else', async () => {
      const [ada, bob, eve] = await Promise.all([
        connect(at('/chat/blue'), as('ada')),
        connect(at('/chat/blue'), as('bob')),
        connect(at('/chat/red'), as('eve')),
      ])
      ada.ws.send('hello')
      expect([await ada.next(), await bob.next()]).toEqual(['ada: hello', 'ada: hello'])
      eve.ws.send('alone')
      expect(await eve.next()).toBe('eve: alone')
      expect([...ada.waiting(), ...bob.waiting(), ...eve.waiting()]).toEqual([])
      for (const { ws } of [ada, bob, eve]) ws.close()
    })

    test('counts who is there', async () => {
      const count = async (): Promise<string> => (await fetch(at('/'))).text()
      await eventually(async () => (await count()) === '0 are here.\n')
      const { ws } = await connect(at('/chat/blue'), as('ada'))
      expect(await count()).toBe('1 are here.\n')
      ws.close()
      await eventually(async () => (await count()) === '0 are here.\n')
    })

    test('refuses who has not said who they are, in a handshake and to a plain GET', async () => {
      const refused = await refusal(at('/chat/blue'))
      expect([refused.status, refused.body]).toEqual([401, 'Say who you are first.'])
      expect((await fetch(at('/chat/blue'))).status).toBe(401)
      expect((await fetch(at('/chat/blue'), as('ada'))).status).toBe(426)
    })

    test('refuses a foreign Origin, and lets its own in', async () => {
      expect(
        (await refusal(at('/chat/blue'), { ...as('ada'), origin: 'https://evil.example' })).status,
      ).toBe(403)
      const { ws } = await connect(at('/chat/blue'), { ...as('ada'), origin: server?.url })
      ws.close()
    })
  })

  describe('toHonoHandler', () => {
    let server: RunningServer | undefined
    const at = (path: string): string => (server?.url ?? '') + path

    beforeAll(async () => {
      const copy = copyApp(example)
      copyFileSync(join(import.meta.dirname, 'hono-app.ts'), join(copy.directory, 'app.ts'))
      server = await runServer({ command, cwd: copy.directory }).finally(copy.remove)
    })
    afterAll(async () => {
      await server?.stop()
    })

    test.each([
      ['exception', { status: 403, body: 'no entry' }],
      ['response', { status: 402, body: 'pay first', headers: { 'x-price': '1' } }],
      ['error', { status: 500, body: 'app.onError: a fault' }],
      ['returned', { status: 409, body: 'full', headers: { 'x-why': 'full', 'x-before': 'yes' } }],
      ['redirect', { status: 303, headers: { location: '/elsewhere' } }],
    ])('refuses by %s, in a handshake and to a plain GET', async (how, expected) => {
      expect(await refusal(at(`/refuses/${how}`))).toMatchObject({
        ...expected,
        headers: { 'x-after': 'yes', ...('headers' in expected && expected.headers) },
      })
      const plain = await fetch(at(`/refuses/${how}`), { redirect: 'manual' })
      expect(plain.status).toBe(expected.status)
      if ('body' in expected) expect(await plain.text()).toBe(expected.body)
    })

    test('gives the route the request in the words of SvelteKit', async () => {
      const { ws, next } = await connect(at('/rooms/blue?q=1'), {
        headers: { cookie: 'user=ada; old=1', 'x-agent': 'test' },
      })
      ws.send('tell')
      expect(JSON.parse(String(await next()))).toEqual({
        params: { room: 'blue' },
        route: '/rooms/:room',
        url: '/rooms/blue?q=1',
        from: 'a middleware',
        cookies: [
          { name: 'user', value: 'ada' },
          { name: 'seen', value: 'yes' },
          { name: 'plain', value: '1' },
        ],
        user: 'ada',
        agent: 'test',
        address: '127.0.0.1',
      })
      ws.close()
    })

    test('sends the headers and cookies of the route and of middlewares with the 101', async () => {
      const { ws, handshake } = await connect(at('/rooms/blue'))
      expect(handshake).toMatchObject({ 'x-room': 'blue', 'x-before': 'yes', 'x-after': 'yes' })
      expect(handshake['set-cookie']).toEqual([
        'seen=yes; Path=/; HttpOnly; Secure; SameSite=Lax',
        'plain=1; Path=/rooms; Secure; SameSite=Strict',
        'old=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
      ])
      ws.close()
    })

    test('takes the client’s address from where the app says', async () => {
      const { ws, next } = await connect(at('/proxied'), { headers: { 'x-real-ip': '192.0.2.7' } })
      expect(await next()).toBe('192.0.2.7')
      ws.close()
    })

    test('peers and publish name a route by its path', async () => {
      const { ws, next } = await connect(at('/news'))
      const count = (): Promise<unknown> => fetch(at('/peers?route=/news')).then((r) => r.json())
      expect(await count()).toBe(1)
      const published = await fetch(at('/news'), { method: 'POST', body: 'something' })
      expect(await published.json()).toEqual({ sent: 1, dropped: 0 })
      expect(await next()).toBe('something')
      ws.close()
      await eventually(async () => (await count()) === 0)
    })

    test('other routes become no sockets', async () => {
      expect(await refusal(at('/plain'))).toMatchObject({ status: 200, body: 'no socket' })
      expect((await refusal(at('/nowhere'))).status).toBe(404)
    })
  })
})
