import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { serve, targets } from '../../../testing/targets.ts'
import { demo } from './app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

// In dev too: only there does Svelte warn of what hydration found different.
describe.each(targets)('the demo on $name', (target) => {
  test('every page works without a complaint of the browser', { timeout: 90_000 }, async () => {
    const server = await serve(target, demo)
    onTestFinished(async () => {
      await server.stop()
    })
    // A dev server optimises what it meets first, and then reloads the page.
    if (target.mode === 'dev') {
      for (const path of [
        '/',
        '/echo',
        '/clock',
        '/cart',
        '/lobby/blue',
        '/chat/blue',
        '/cursors',
        '/status',
      ]) {
        const first = await visit(browser, server.url + path, 'warm')
        await first.page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {})
        await first.context.close()
      }
    }

    const { page, complaints, context } = await visit(browser, server.url, 'erin')
    await page.getByText(new RegExp(`This page came from ${target.runtime}`, 'i')).waitFor()

    await page.goto(`${server.url}/echo`)
    await page.locator('[data-status=open]').waitFor()
    await page.getByLabel('Message').fill('grüße')
    await page.getByRole('button', { name: 'Send text' }).click()
    await page.locator('.log li', { hasText: '“grüße”' }).waitFor()
    await page.getByRole('button', { name: 'Send bytes' }).click()
    await page.locator('.log li', { hasText: 'bytes 103 114 195 188 195 159 101' }).waitFor()

    await page.goto(`${server.url}/clock`)
    const ticks = async (): Promise<number> =>
      Number(/(\d+) ticks/.exec((await page.getByTestId('ticks').textContent()) ?? '')?.[1])
    await expect.poll(ticks, { timeout: 10_000 }).toBeGreaterThan(3)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('[data-status=closed]').waitFor()
    const stopped = await ticks()
    const shown = await page.locator('main time').getAttribute('datetime')
    // Long enough for several ticks to be missed: time itself is what is waited for.
    await expect.poll(() => Date.now() - Date.parse(shown ?? '')).toBeGreaterThan(1_000)
    expect(await ticks()).toBe(stopped)
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(ticks, { timeout: 10_000 }).toBeGreaterThan(stopped + 4)
    expect(await page.getByTestId('ticks').textContent()).toContain(', 0 gaps')

    await page.goto(`${server.url}/cart`)
    const items = page.locator('[data-testid=cart] li')
    await items.filter({ hasText: 'for erin' }).first().waitFor()
    const all = await items.count()
    // Only a page that has hydrated takes an item out.
    await expect
      .poll(async () => {
        await items.getByRole('button').first().click()
        return items.count()
      })
      .toBe(all - 1)
    // From here without another page: the store comes with the data of the load function.
    await page.evaluate(() => Object.assign(globalThis, { samePage: true }))
    await page.getByRole('link', { name: 'kitrt' }).click()
    await page.getByRole('heading', { name: 'Realtime for SvelteKit' }).waitFor()
    await page.getByRole('link', { name: /^Cart/ }).first().click()
    await page.getByRole('heading', { name: 'Cart' }).waitFor()
    await expect.poll(() => items.count()).toBe(all)
    expect(await page.evaluate(() => 'samePage' in globalThis)).toBe(true)

    await page.goto(`${server.url}/lobby/blue`)
    await page.locator('.log li', { hasText: 'Welcome to blue, erin.' }).waitFor()

    for (const path of ['/chat/blue', '/cursors', '/status']) {
      await page.goto(server.url + path)
      await page.locator('[data-status=live]').waitFor()
    }

    expect(complaints).toEqual([])
    await context.close()
  })
})

// Vite's dev client reloads the page when its server is back, so nothing could be resumed there.
describe.each(targets.filter(({ mode }) => mode !== 'dev'))('the clock on $name', (target) => {
  test('survives a restart of its server without a gap', { timeout: 60_000 }, async () => {
    let server = await serve(target, demo)
    onTestFinished(async () => {
      await server.stop()
    })
    const { page, context } = await visit(browser, `${server.url}/clock`)
    const ticks = async (): Promise<number> =>
      Number(/(\d+) ticks/.exec((await page.getByTestId('ticks').textContent()) ?? '')?.[1])
    await expect.poll(ticks, { timeout: 10_000 }).toBeGreaterThan(2)
    const { port } = server
    await server.stop()
    await page.locator('[data-status=waiting], [data-status=connecting]').waitFor()
    const before = await ticks()
    server = await serve(
      {
        ...target,
        command: target.command.map((part) => (part === '0' ? String(port) : part)),
      },
      demo,
      { PORT: String(port) },
    )
    await page.locator('[data-status=open]').waitFor()
    await expect.poll(ticks, { timeout: 10_000 }).toBeGreaterThan(before + 4)
    expect(await page.getByTestId('ticks').textContent()).toContain(', 0 gaps')
    await context.close()
  })
})
