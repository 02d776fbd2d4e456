import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import { countsConnections, createChatServer, hasStatus, post } from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** What a chart says to those who do not see it. */
const chart = (page: Page, title: string): Promise<string | null> =>
  page.getByRole('img', { name: new RegExp(`^${title}: `) }).getAttribute('aria-label')
/** The cells of the newest row of the table that the charts are. */
const newest = (page: Page): Promise<string[]> =>
  page.locator('tbody tr').first().locator('td').allTextContents()

describe.each(longTargets)('/status on $name', (target) => {
  test('shows what the hub counts, live, and as a table', async () => {
    const server = await createChatServer(target).start()
    const { page, context, complaints } = await visit(browser, `${server.url}/status`)
    await hasStatus(page, 'live')
    await expect.poll(() => chart(page, 'Connections'), { timeout: 15_000 }).toContain(': 1 now')
    const other = await visit(browser, `${server.url}/chat/blue`)
    await hasStatus(other.page, 'live')
    await expect.poll(() => chart(page, 'Connections'), { timeout: 15_000 }).toContain(': 2 now')
    // The room, who is typing there, and this one.
    await expect.poll(() => chart(page, 'Channels'), { timeout: 15_000 }).toContain(': 3 now')
    // Beside its own sample of each second.
    for (const text of ['one', 'two', 'three']) await post(`${server.url}/chat/blue`, text)
    await expect
      .poll(() => chart(page, 'Events in/s'), { timeout: 15_000 })
      .toMatch(/at most [2-9]/)
    await page.getByText('The charts as a table').click()
    expect((await newest(page)).slice(0, 3)).toEqual(['2', '3', '3'])
    // What a page has by its load function it resumes.
    const resumed = page.locator('dd', { hasText: 'from where it was' }).locator('strong')
    await expect.poll(() => resumed.textContent(), { timeout: 15_000 }).toBe('2')
    await page.getByRole('button', { name: 'Cut my connection' }).click()
    await expect.poll(() => resumed.textContent(), { timeout: 15_000 }).toBe('3')
    await other.context.close()
    await expect.poll(() => chart(page, 'Connections'), { timeout: 15_000 }).toContain(': 1 now')
    expect(complaints).toEqual([])
    await context.close()
    await countsConnections(server, 0)
  })

  test('has its numbers and charts without JavaScript', async () => {
    const server = await createChatServer(target).start()
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${server.url}/status`)
    expect(await chart(page, 'Connections')).toContain(': 0 now')
    expect(await page.locator('svg path').count()).toBeGreaterThanOrEqual(16)
    const before = await page.locator('tbody tr').count()
    await expect
      .poll(
        async () => {
          await page.getByRole('link', { name: 'Load it again' }).click()
          return page.locator('tbody tr').count()
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(before)
    await context.close()
  })

  test.each([
    ['light', 360],
    ['dark', 1280],
  ] as const)('every page fits, %s, at %i px', async (colorScheme, width) => {
    const server = await createChatServer(target).start()
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
    const page = await context.newPage()
    for (const path of [
      '',
      'echo',
      'clock',
      'cart',
      'lobby/blue',
      'chat/blue',
      'cursors',
      'status',
    ]) {
      await page.goto(`${server.url}/${path}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(wide, path).toBeLessThanOrEqual(width)
    }
    await context.close()
  })
})
