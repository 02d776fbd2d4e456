import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { serve, targets } from '../../../testing/targets.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { demo } from './app.ts'

const production = targets.filter(({ mode }) => mode === 'production')

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const status = (page: Page, value: string): Promise<void> =>
  page.locator(`[data-status=${value}]`).waitFor()
const messages = (page: Page): Promise<string[]> =>
  page.locator('[data-testid=messages] li').allTextContents()
const shows = (page: Page, expected: string[]): Promise<unknown> =>
  eventually(async () => {
    expect(await messages(page)).toEqual(expected)
    return true
  }, 20_000)
async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

/** A server with a database of its own, which outlives it. */
function createDemo(target: (typeof production)[number]) {
  const folder = mkdtempSync(join(tmpdir(), 'kitrt-chat-'))
  const env = { CHAT_DB: join(folder, 'chat.sqlite') }
  let server: RunningServer | undefined
  onTestFinished(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true })
  })
  return {
    async start(port?: number): Promise<RunningServer> {
      server = await serve(target, demo, { ...env, ...(port && { PORT: String(port) }) })
      return server
    },
  }
}

/** What is published from elsewhere, as another visitor's form without JavaScript does. */
async function post(url: string, text: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { cookie: 'user=carol', origin: new URL(url).origin },
    body: new URLSearchParams({ text }),
    redirect: 'manual',
  })
  expect(response.status).toBeLessThan(400)
}

describe.each(production)('/chat/[room] on $name', (target) => {
  test(
    'two people chat over sockets and streams, through cuts and a server that is killed',
    { timeout: 120_000 },
    async () => {
      const app = createDemo(target)
      const server = await app.start()
      const url = `${server.url}/chat/blue`
      const alice = await visit(browser, url, 'alice')
      const bob = await visit(browser, url, 'bob')
      for (const { page } of [alice, bob]) await status(page, 'live')
      await say(alice.page, 'hello bob')
      await shows(bob.page, ['alice hello bob'])

      await alice.page.getByRole('button', { name: 'Cut the connection' }).click()
      await say(bob.page, 'hello alice')
      await shows(alice.page, ['alice hello bob', 'bob hello alice'])

      // Bob goes on over streams, and what he says over POSTs.
      const streams = bob.page.waitForRequest(
        (request) => request.method() === 'POST' && request.url().endsWith('/realtime'),
      )
      await bob.page.getByLabel('Streams only').check()
      expect((await streams).headers()['accept']).toBe('text/event-stream')
      await status(bob.page, 'live')
      await say(bob.page, 'by post')
      const before = ['alice hello bob', 'bob hello alice', 'bob by post']
      for (const { page } of [alice, bob]) await shows(page, before)
      expect([...alice.complaints, ...bob.complaints]).toEqual([])

      await server.stop('SIGKILL')
      for (const { page } of [alice, bob]) {
        await page.locator('[data-status=live]').waitFor({ state: 'detached' })
      }
      await say(alice.page, 'is anybody there')
      await app.start(server.port)
      for (const { page } of [alice, bob]) await status(page, 'live')
      // The log began anew, so the state came from the database, with what waited after it.
      for (const { page } of [alice, bob]) {
        await shows(page, [...before, 'alice is anybody there'])
      }
      for (const { context } of [alice, bob]) await context.close()
    },
  )

  test('it works without JavaScript', async () => {
    const server = await createDemo(target).start()
    const context = await browser.newContext({ javaScriptEnabled: false })
    await context.addCookies([{ name: 'user', value: 'dave', url: server.url }])
    const page = await context.newPage()
    await page.goto(`${server.url}/chat/plain`)
    await say(page, 'no scripts')
    await shows(page, ['dave no scripts'])
    await context.close()
  })

  test('rule 11: what is published between a page and its connection is shown once', async () => {
    const server = await createDemo(target).start()
    const context = await browser.newContext()
    const page = await context.newPage()
    const url = `${server.url}/chat/race`
    const expected: string[] = []
    const rounds = Number(process.env['RACE_ROUNDS'] ?? 10)
    for (let round = 0; round < rounds; round++) {
      // The page is there; its scripts wait for what is published now.
      let published: Promise<void> | undefined
      await page.route('**/*.js', async (route) => {
        published ??= post(url, `round ${round}`)
        await published
        await route.continue()
      })
      await page.goto(url)
      expected.push(`carol round ${round}`)
      await status(page, 'live')
      await shows(page, expected.slice(-100))
      await page.unroute('**/*.js')
    }
    expect(expected).toHaveLength(rounds)
    await context.close()
  })
})
