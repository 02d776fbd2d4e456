import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { targets } from '../../../testing/targets.ts'
import { createChatServer, hasStatus, say, send, showsMessages } from './chat-server.ts'

const production = targets.filter(({ mode }) => mode === 'production')

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

describe.each(production)('/chat/[room] on $name', (target) => {
  test(
    'two people chat over sockets and streams, through cuts and a server that is killed',
    { timeout: 120_000 },
    async () => {
      const app = createChatServer(target)
      const server = await app.start()
      const url = `${server.url}/chat/blue`
      const alice = await visit(browser, url, 'alice')
      const bob = await visit(browser, url, 'bob')
      for (const { page } of [alice, bob]) await hasStatus(page, 'live')
      await say(alice.page, 'hello bob')
      await showsMessages(bob.page, ['alice hello bob'])

      await alice.page.getByRole('button', { name: 'Cut the connection' }).click()
      await say(bob.page, 'hello alice')
      await showsMessages(alice.page, ['alice hello bob', 'bob hello alice'])

      // Bob goes on over streams, and what he says over POSTs.
      const streams = bob.page.waitForRequest(
        (request) =>
          request.url().endsWith('/realtime') &&
          request.headers()['accept'] === 'text/event-stream',
      )
      await bob.page.getByLabel('Streams only').check()
      expect((await streams).method()).toBe('POST')
      await hasStatus(bob.page, 'live')
      await say(bob.page, 'by post')
      const before = ['alice hello bob', 'bob hello alice', 'bob by post']
      for (const { page } of [alice, bob]) await showsMessages(page, before)
      expect([...alice.complaints, ...bob.complaints]).toEqual([])

      await server.stop('SIGKILL')
      for (const { page } of [alice, bob]) {
        await page.locator('[data-status=live]').waitFor({ state: 'detached' })
      }
      // Over both transports: one waits in the session, and so does the other.
      await say(alice.page, 'is anybody there')
      await say(bob.page, 'i am')
      await app.start(server.port)
      for (const { page } of [alice, bob]) await hasStatus(page, 'live')
      // The log began anew, so the state came from the database, with what waited after it: in one order
      // for both, whoever came back first.
      const texts = (page: Page): Promise<string[]> =>
        page.locator('[data-testid=messages] li').allTextContents()
      await eventually(async () => {
        const sending = await alice.page.getByTestId('messages').getByText('sending').count()
        return sending === 0 && (await texts(alice.page)).length === before.length + 2
      }, 20_000)
      const after = await texts(alice.page)
      expect(after.slice(0, -2)).toEqual(before)
      expect(after.slice(-2).toSorted()).toEqual(['alice is anybody there', 'bob i am'])
      await showsMessages(bob.page, after)
      // Nothing comes late, and the next event is the next for both.
      await say(bob.page, 'the last')
      for (const { page } of [alice, bob]) await showsMessages(page, [...after, 'bob the last'])
      for (const { context } of [alice, bob]) await context.close()
    },
  )

  test('it works without JavaScript', async () => {
    const server = await createChatServer(target).start()
    const context = await browser.newContext({ javaScriptEnabled: false })
    await context.addCookies([{ name: 'user', value: 'dave', url: server.url }])
    const page = await context.newPage()
    await page.goto(`${server.url}/chat/plain`)
    await say(page, 'no scripts')
    await showsMessages(page, ['dave no scripts'])
    for (const path of ['clock', 'cursors', 'echo', 'lobby/plain', 'status']) {
      // oxlint-disable-next-line no-await-in-loop -- one page
      await page.goto(`${server.url}/${path}`)
      // oxlint-disable-next-line no-await-in-loop
      await page.locator('noscript p').waitFor()
    }
    await context.close()

    // A name that the channel's schema refuses.
    const nowhere = `${server.url}/chat/${'x'.repeat(60)}`
    expect((await fetch(nowhere)).status).toBe(404)
    expect((await send(nowhere, 'hello')).status).toBe(404)
  })
})

// What the page does by itself is the same whoever serves it.
test.each(production.slice(0, 1))(
  'what is typed before the scripts are there stays, and spaces are not sent',
  async (target) => {
    const server = await createChatServer(target).start()
    const page = await browser.newPage()
    const scripts = Promise.withResolvers<void>()
    await page.route('**/*.js', async (route) => {
      await scripts.promise
      await route.continue()
    })
    await page.goto(`${server.url}/chat/early`, { waitUntil: 'commit' })
    const name = page.getByLabel('You are')
    await name.fill('grace')
    scripts.resolve()
    await hasStatus(page, 'live')
    expect(await name.inputValue()).toBe('grace')

    await say(page, '   ')
    await say(page, 'hello')
    const refused = page.getByTestId('refused').locator('li')
    await refused.filter({ hasText: 'Say who you are first.' }).waitFor()
    expect(await refused.count()).toBe(1)
    await page.close()
  },
)
