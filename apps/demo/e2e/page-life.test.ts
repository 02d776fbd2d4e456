import process from 'node:process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { serve, targets } from '../../../testing/targets.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { demo } from './app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const status = (page: Page, value: string): Promise<void> =>
  page.locator(`[data-status=${value}]`).waitFor()

async function echoes(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send text' }).click()
  await page.locator('.log li', { hasText: `“${text}”` }).waitFor()
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
