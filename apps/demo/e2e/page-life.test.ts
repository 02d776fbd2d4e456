import process from 'node:process'
import type { Browser, Page } from 'playwright-core'
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

/** Leaves for another page and comes back: from the back/forward cache, or by its events where there is none. */
async function leaveAndReturn(page: Page, { url }: RunningServer): Promise<void> {
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
  await status(page, 'open')
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
  async function open(path: string): Promise<{ server: RunningServer; page: Page }> {
    const server = await serve(target, demo)
    const { page, context } = await visit(browser, server.url + path)
    onTestFinished(async () => {
      await context.close()
      await server.stop()
    })
    await status(page, 'open')
    return { server, page }
  }

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
