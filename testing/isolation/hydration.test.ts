import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, visit } from '../browser.ts'
import { target } from '../targets.ts'
import { serveFixture } from './serve-fixture.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

describe.each([
  { ssr: 'async', by: 'a nonce', source: "'nonce-" },
  { ssr: 'sync', by: 'hashes', source: "'sha256-" },
] as const)('under a Content Security Policy with $by', ({ ssr, source }) => {
  test('keyed stores hydrate, and the browser has nothing to report', async () => {
    const server = await serveFixture('kit-3', target('node'), ssr)
    onTestFinished(async () => {
      await server.stop()
    })
    const own = 'canary-browser-0-'
    const url = `${server.url}/hydrated?of=${own}`
    const policy = (await fetch(url)).headers.get('content-security-policy')
    expect(policy).toContain(`default-src 'self'; script-src 'self' ${source}`)

    const { page, context, complaints } = await visit(browser, url)
    const stores = page.locator('#stores')
    expect(await stores.textContent()).toBe(`${own}|${own.toUpperCase()}|${own}`)
    // Only a page that has hydrated goes on from there, and only from the server's values.
    await expect
      .poll(async () => {
        await page.getByRole('button').click()
        return (await stores.textContent())?.replaceAll(/!+/g, '!')
      })
      .toBe(`${own}!|${own.toUpperCase()}!|${own} and me`)
    expect(complaints).toEqual([])
    await context.close()
  })
})
