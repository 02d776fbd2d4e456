import process from 'node:process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { serve, targets } from '../../../testing/targets.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { demo } from './app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser({ backForwardCache: true })
})
afterAll(() => browser.close())

const status = (page: Page, value: string): Promise<void> =>
  page.locator(`[data-status=${value}]`).waitFor()

async function echoes(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send text' }).click()
  await page.locator('.log li', { hasText: `“${text}”` }).waitFor()
}

/**
 * Leaves for another page and comes back: from the back/forward cache, or by its events where there is none.
 *
 * @param up the status of a page that is connected
 */
async function leaveAndReturn(page: Page, { url }: RunningServer, up = 'open'): Promise<void> {
  const reasons: string[] = []
  const session = await page.context().newCDPSession(page)
  session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) => {
    reasons.push(...notRestoredExplanations.map(({ reason }) => reason))
  })
  await session.send('Page.enable')
  await page.evaluate(() => Object.assign(globalThis, { samePage: true }))
  await page.goto(`${url}/cart`)
  await page.goBack({ waitUntil: 'commit' })
  // Between two pages there is none that could tell.
  const kept = await eventually(async () =>
    (await page.evaluate(() => 'samePage' in globalThis)) ? 'yes' : 'no',
  )
  if (kept === 'yes') return
  // Only a Chromium with a window has such a cache; a page of ours must not be its reason.
  expect(reasons).toContain('BackForwardCacheDisabledForDelegate')
  console.log(`Events in place of a back/forward cache: the browser says ${reasons.join(', ')}.`)
  await status(page, up)
  const tell = (type: string): Promise<unknown> =>
    page.evaluate(
      (name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
      type,
    )
  await tell('pagehide')
  await status(page, 'offline')
  await tell('pageshow')
}

describe.each(targets.filter(({ mode }) => mode === 'production'))('on $name', (target) => {
  async function open(
    path: string,
    up = 'open',
  ): Promise<{ server: RunningServer; page: Page; context: BrowserContext }> {
    const folder = mkdtempSync(join(tmpdir(), 'kitrt-chat-'))
    const server = await serve(target, demo, { CHAT_DB: join(folder, 'chat.sqlite') })
    const { page, context } = await visit(browser, server.url + path)
    onTestFinished(async () => {
      await context.close()
      await server.stop()
      rmSync(folder, { recursive: true })
    })
    await status(page, up)
    return { server, page, context }
  }

  /** What somebody else says in the room, by a form without JavaScript. */
  async function says(server: RunningServer, text: string): Promise<void> {
    const response = await fetch(`${server.url}/chat/blue`, {
      method: 'POST',
      headers: { cookie: 'user=carol', origin: server.url },
      body: new URLSearchParams({ text }),
    })
    expect(response.status).toBe(200)
  }

  const shows = (page: Page, texts: string[]): Promise<unknown> =>
    eventually(async () => {
      const shown = await page.locator('[data-testid=messages] li').allTextContents()
      expect(shown).toEqual(texts.map((text) => `carol ${text}`))
      return true
    }, 30_000)

  const becomesVisible = (page: Page): Promise<unknown> =>
    page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))

  test('a page that is left and comes back has its socket again', async () => {
    const { server, page } = await open('/echo')
    await echoes(page, 'before')
    await leaveAndReturn(page, server)
    await status(page, 'open')
    await echoes(page, 'after')
  })

  test('and its stream, from where it was', async () => {
    const { server, page } = await open('/clock')
    const ticks = page.getByTestId('ticks')
    await ticks.filter({ hasText: /[1-9]\d* ticks/ }).waitFor()
    await leaveAndReturn(page, server)
    await status(page, 'open')
    await ticks.filter({ hasText: /\d\d+ ticks, 0 gaps/ }).waitFor()
  })

  test('and its channels, with what was said in the meantime, once', async () => {
    const { server, page } = await open('/chat/blue', 'live')
    await says(server, 'before')
    await shows(page, ['before'])
    await page.route('**/cart', async (route) => {
      await says(server, 'while away')
      await route.continue()
    })
    await leaveAndReturn(page, server, 'live')
    await status(page, 'live')
    await says(server, 'after')
    await shows(page, ['before', 'while away', 'after'])
  })

  test('a network that comes and goes leaves one connection, and nothing is lost', async () => {
    const { server, page, context } = await open('/chat/blue', 'live')
    const sockets = new Set<unknown>()
    page.on('websocket', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    const texts: string[] = []
    for (let flap = 0; flap < 20; flap++) {
      await context.setOffline(true)
      if (flap === 0) await status(page, 'offline')
      texts.push(`flap ${flap}`)
      await says(server, `flap ${flap}`)
      await context.setOffline(false)
    }
    await status(page, 'live')
    await shows(page, texts)
    await eventually(() => sockets.size === 1)
  })

  test('a tab that was frozen shows what it has missed, once', async () => {
    const { server, page, context } = await open('/chat/blue', 'live')
    const session = await context.newCDPSession(page)
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    await says(server, 'one')
    await says(server, 'two')
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    await shows(page, ['one', 'two'])
    await status(page, 'live')
  })

  test('a page that becomes visible asks its server at once, and shows nothing of it', async () => {
    const { page } = await open('/echo')
    const socket = page.waitForEvent('websocket')
    await page.reload()
    await status(page, 'open')
    const answered = (await socket).waitForEvent('framereceived', ({ payload }) => payload === '\0')
    await becomesVisible(page)
    await answered
    await echoes(page, 'alive')
    expect(await page.locator('.log li').count()).toBe(1)
  })

  test(
    'a server that hangs is found out when the page becomes visible',
    { timeout: 90_000 },
    async () => {
      const { server, page } = await open('/echo')
      const { pid } = server.child
      if (pid === undefined) return expect.fail()
      // A connection that is open and dead, as after a night's sleep: its server is stopped, not ended.
      process.kill(-pid, 'SIGSTOP')
      try {
        await becomesVisible(page)
        // Waiting for the next attempt, or already at it.
        await page.locator('[data-status]', { hasText: '3008 no answer' }).waitFor()
      } finally {
        process.kill(-pid, 'SIGCONT')
      }
      await status(page, 'open')
      await echoes(page, 'alive again')
    },
  )
})
