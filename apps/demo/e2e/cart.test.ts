import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { long } from '../../../testing/long.ts'
import { serve, targets } from '../../../testing/targets.ts'
import { demo } from './app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const itemsOf = (html: string): string[] =>
  [...html.matchAll(/<span[^>]*>((?:\w| )+ for [\w-]+)<\/span>/g)].map(([, name = '']) => name)

describe.each(targets.filter(({ mode }) => mode === 'production'))('/cart on $name', (target) => {
  const count = long || target.name === 'node' ? 50 : 15
  test(
    `${count} users at once see each their own, in the HTML and after hydration`,
    { timeout: 120_000 },
    async () => {
      const server = await serve(target, demo)
      onTestFinished(async () => {
        await server.stop()
      })
      const url = `${server.url}/cart`
      const users = Array.from({ length: count }, (_, index) => `visitor-${index}-x`)
      const raw = await Promise.all(
        users.map(async (user) => {
          const response = await fetch(url, { headers: { cookie: `user=${user}` } })
          return itemsOf(await response.text())
        }),
      )
      const hydrated = await Promise.all(
        users.map(async (user) => {
          const { page, context, complaints } = await visit(browser, url, user)
          const before = await page.locator('[data-testid=cart] li').allTextContents()
          const total = await page.getByTestId('total').textContent()
          // Only a page that has hydrated takes an item out.
          await expect
            .poll(
              async () => {
                await page.locator('[data-testid=cart] button').first().click()
                return page.locator('[data-testid=cart] li').count()
              },
              { timeout: 30_000 },
            )
            .toBe(before.length - 1)
          const after = await page.locator('[data-testid=cart] li').allTextContents()
          const less = await page.getByTestId('total').textContent()
          await context.close()
          return { before, after, total, less, complaints }
        }),
      )
      for (const [index, user] of users.entries()) {
        const items = raw[index] ?? []
        expect(items.length).toBeGreaterThanOrEqual(2)
        for (const item of items) expect(item).toMatch(new RegExp(` for ${user}$`))
        const { before, after, total, less, complaints } = hydrated[index] ?? expect.fail()
        expect(before.map((text) => text.replace(/\s*\d+\.\d\d.*$/s, '').trim())).toEqual(items)
        expect(after).toEqual(before.slice(1))
        expect(Number(less)).toBeLessThan(Number(total))
        expect(complaints).toEqual([])
      }
    },
  )
})
