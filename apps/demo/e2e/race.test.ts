import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../../../testing/browser.ts'
import { long } from '../../../testing/long.ts'
import { targets } from '../../../testing/targets.ts'
import { createChatServer, hasStatus, post, showsMessages } from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

describe.each(targets.filter(({ mode }) => mode === 'production'))('on $name', (target) => {
  const rounds = long ? 200 : target.name === 'node' ? 10 : 5
  test(
    `rule 11: what is published between a page and its connection is shown once, ${rounds} times`,
    { timeout: 60_000 + rounds * 5_000 },
    async () => {
      const server = await createChatServer(target).start()
      const context = await browser.newContext()
      const page = await context.newPage()
      const url = `${server.url}/chat/race`
      const expected: string[] = []
      let held = 0
      for (let round = 0; round < rounds; round++) {
        // The page is there; its scripts wait for what is published now.
        let published: Promise<void> | undefined
        await page.route('**/*.js', async (route) => {
          published ??= post(url, `round ${round}`)
          await published
          await route.continue()
        })
        await page.goto(url)
        if (published) held++
        expected.push(`carol round ${round}`)
        await hasStatus(page, 'live')
        await showsMessages(page, expected.slice(-100))
        await page.unroute('**/*.js')
      }
      expect(held).toBe(rounds)
      await context.close()
    },
  )
})
