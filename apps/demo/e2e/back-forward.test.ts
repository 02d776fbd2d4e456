import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../../../testing/browser.ts'
import { desktopChromium } from '../../../testing/desktop-chromium.ts'
import { eventually } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import {
  countsConnections,
  createChatServer,
  hasStatus,
  post,
  showsMessages,
} from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser({ ...(await desktopChromium()), backForwardCache: true })
}, 400_000)
afterAll(() => browser?.close())

/** Leaves for another page, and comes back by the browser's cache; fails where the page was loaded anew. */
async function leaveAndReturn(
  page: Page,
  { url }: RunningServer,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const reasons: string[] = []
  const session = await page.context().newCDPSession(page)
  session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) => {
    reasons.push(...notRestoredExplanations.map(({ reason }) => reason))
  })
  await session.send('Page.enable')
  await page.evaluate(() =>
    window.addEventListener('pageshow', ({ persisted }) =>
      Object.assign(globalThis, { persisted }),
    ),
  )
  await page.goto(`${url}/cart`)
  await meanwhile()
  await page.goBack({ waitUntil: 'commit' })
  // Between two pages there is none that could tell.
  const persisted = await eventually(async () =>
    String(await page.evaluate(() => (globalThis as { persisted?: boolean }).persisted)),
  )
  expect(persisted, `not from the cache: ${reasons.join(', ')}`).toBe('true')
}

describe.each(longTargets)(
  'a page that comes back from the back/forward cache, on $name',
  (target) => {
    async function open(
      path: string,
      up = 'open',
      streams = false,
    ): Promise<{ server: RunningServer; page: Page; context: BrowserContext }> {
      const server = await createChatServer(target).start()
      const context = await browser.newContext()
      onTestFinished(() => context.close())
      const page = await context.newPage()
      if (streams) await page.addInitScript(() => sessionStorage.setItem('streams', '1'))
      await page.goto(server.url + path)
      await hasStatus(page, up)
      return { server, page, context }
    }

    test('has its socket again', async () => {
      const { server, page } = await open('/echo')
      const echoes = async (text: string): Promise<void> => {
        await page.getByLabel('Message').fill(text)
        await page.getByRole('button', { name: 'Send text' }).click()
        await page.locator('.log li', { hasText: `“${text}”` }).waitFor()
      }
      await echoes('before')
      await leaveAndReturn(page, server)
      await hasStatus(page, 'open')
      await echoes('after')
    })

    test('has its stream again, from where it was', async () => {
      const { server, page } = await open('/clock')
      const ticks = page.getByTestId('ticks')
      await ticks.filter({ hasText: /[1-9]\d* ticks/ }).waitFor()
      await leaveAndReturn(page, server)
      await hasStatus(page, 'open')
      await ticks.filter({ hasText: /\d\d+ ticks, 0 gaps/ }).waitFor()
    })

    test.each([
      ['sockets', false],
      ['streams', true],
    ])(
      'has its channels again over %s, by one connection, and what was said in the meantime, once',
      async (_, streams) => {
        const { server, page } = await open('/chat/blue', 'live', streams)
        const url = `${server.url}/chat/blue`
        await post(url, 'before')
        await showsMessages(page, ['carol before'])
        await countsConnections(server, 1)
        await leaveAndReturn(page, server, async () => {
          await post(url, 'while away')
          // A page in the cache holds no connection.
          await countsConnections(server, 0)
        })
        await hasStatus(page, 'live')
        await post(url, 'after')
        await showsMessages(page, ['carol before', 'carol while away', 'carol after'])
        await countsConnections(server, 1)
      },
    )
  },
)
