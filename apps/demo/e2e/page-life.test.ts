import process from 'node:process'
import type { Browser, Page, WebSocket } from 'playwright-core'
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

/** Why the browser did not keep the page, in its own words; only a Chromium with a window has a cache for pages. */
async function whyNotKept(page: Page): Promise<() => string[]> {
  const reasons: string[] = []
  const session = await page.context().newCDPSession(page)
  session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) => {
    reasons.push(...notRestoredExplanations.map(({ reason }) => reason))
  })
  await session.send('Page.enable')
  return () => reasons
}

describe.each(targets.filter(({ mode }) => mode === 'production'))('/echo on $name', (target) => {
  async function open(): Promise<{ server: RunningServer; page: Page; sockets: WebSocket[] }> {
    const server = await serve(target, demo)
    const { page, context } = await visit(browser, server.url)
    onTestFinished(async () => {
      await context.close()
      await server.stop()
    })
    const sockets: WebSocket[] = []
    page.on('websocket', (socket) => sockets.push(socket))
    await page.goto(`${server.url}/echo`)
    await status(page, 'open')
    return { server, page, sockets }
  }

  test('a page that is left and comes back has its socket again', async () => {
    const { server, page, sockets } = await open()
    const reasons = await whyNotKept(page)
    await echoes(page, 'before')
    await page.evaluate(() => Object.assign(globalThis, { samePage: true }))
    await page.goto(`${server.url}/cart`)
    await page.goBack({ waitUntil: 'commit' })
    // Between two pages there is none that could tell.
    const kept = await eventually(async () =>
      (await page.evaluate(() => 'samePage' in globalThis)) ? 'yes' : 'no',
    )
    if (kept === 'no') {
      // Ours must not be among the reasons.
      expect(reasons()).toContain('BackForwardCacheDisabledForDelegate')
      console.log(
        `Events in place of a back/forward cache: this browser says ${reasons().join(', ')}.`,
      )
      await echoes(page, 'before')
      await page.evaluate(() =>
        window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })),
      )
      await status(page, 'offline')
      await expect.poll(() => sockets.at(-1)?.isClosed()).toBe(true)
      await page.evaluate(() =>
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
      )
    }
    await status(page, 'open')
    // What it had is still there, and what is new comes too.
    await page.locator('.log li', { hasText: '“before”' }).waitFor()
    await echoes(page, 'after')
  })

  test('a page that becomes visible asks its server at once, and shows nothing of it', async () => {
    const { page, sockets } = await open()
    const socket = sockets.at(-1) ?? expect.fail()
    const answered = new Promise<void>((resolve) => {
      socket.on('framereceived', ({ payload }) => payload === '\0' && resolve())
    })
    await page.evaluate(() =>
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
    )
    await answered
    await echoes(page, 'alive')
    expect(await page.locator('.log li').count()).toBe(1)
  })

  test(
    'a server that hangs is found out when the page becomes visible',
    { timeout: 90_000 },
    async () => {
      const { server, page } = await open()
      const { pid } = server.child
      if (pid === undefined) return expect.fail()
      // A connection that is open and dead, as after a night's sleep: its server is stopped, not ended.
      process.kill(-pid, 'SIGSTOP')
      try {
        await page.evaluate(() =>
          document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
        )
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
