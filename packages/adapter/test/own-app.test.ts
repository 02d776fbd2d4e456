import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { copyApp } from '../../../testing/copy-app.ts'
import { eventually } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect } from '../../../testing/socket-client.ts'
import { serve, target as targetOf, targets } from '../../../testing/targets.ts'
import { describeServed } from './run-contract.ts'
import { site, siteEnvironment } from './serve-site.ts'

for (const target of targets) {
  describeServed(
    target,
    (running) => {
      const get = (path: string, init?: RequestInit): Promise<Response> =>
        fetch(`${running().url}${path}`, { redirect: 'manual', ...init })

      test('the routes of the own app come before those of SvelteKit', async () => {
        expect(await (await get('/hono/you')).json()).toEqual({ hello: 'you' })
        const echo = await get('/hono/echo', { method: 'POST', body: 'the body' })
        expect(await echo.text()).toBe('the body')
        expect((await get('/hono/fault/now')).status).toBe(500)
      })

      test('its middleware sees the answers of SvelteKit, and adds to them', async () => {
        const page = await get('/base/?marked')
        expect([page.status, page.headers.get('x-marked')]).toEqual([200, '200'])
        expect(await page.text()).toContain('<h1>Home</h1>')
        const missing = await get('/base/missing?marked')
        expect([missing.status, missing.headers.get('x-marked')]).toEqual([404, '404'])
        const away = await get('/base/redirect?marked')
        expect([away.status, away.headers.get('x-marked')]).toEqual([307, '307'])
        const file = await get('/base/plain.txt?marked')
        expect([file.headers.get('x-marked'), await file.text()]).toEqual(['200', '0123456789 ü\n'])
        const head = await get('/base/methods?marked', { method: 'HEAD' })
        expect([head.headers.get('x-get'), head.headers.get('x-marked')]).toEqual(['yes', '200'])
      })

      test('what it leaves alone is as it was: cookies, streams, bodies', async () => {
        const cookies = await get('/base/cookies')
        expect(cookies.headers.getSetCookie()).toHaveLength(3)
        expect(await (await get('/base/events')).text()).toBe('data: 1\n\ndata: ü\n\n')
        expect(await (await get('/base/stream')).text()).toContain('streamed')
        const upload = await get('/base/upload', {
          method: 'POST',
          body: new Uint8Array(300_000),
          headers: { 'content-type': 'application/octet-stream' },
        })
        expect(await upload.json()).toMatchObject({ size: 300_000 })
      })

      test('sockets go through it', async () => {
        const { ws, next, handshake } = await connect(`${running().url}/base/socket?marked`)
        ws.send('hello')
        expect(await next()).toBe('hello')
        expect(handshake['x-marked'] === undefined).toBe(target.gaps.includes('late-headers'))
        ws.close()
      })
    },
    () => site,
    siteEnvironment(),
  )
}

describe('in development', () => {
  test('an edit of it counts from the next request on', async () => {
    const copy = copyApp(site)
    onTestFinished(copy.remove)
    const server: RunningServer = await serve(targetOf('node dev'), copy.directory)
    onTestFinished(async () => {
      await server.stop()
    })
    const hello = async (): Promise<string> => (await fetch(`${server.url}/hono/you`)).text()
    expect(await hello()).toBe('{"hello":"you"}')
    await copy.edit(join('src', 'hono.ts'), (text) => text.replace('hello:', 'goodbye:'))
    await eventually(async () => (await hello()) === '{"goodbye":"you"}', 20_000)
  })
})
