import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import { createChatServer, hasStatus, say, showsMessages } from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const refused = (page: Page) => page.getByTestId('refused').locator('li')

describe.each(longTargets)('what is sent in /chat/[room] on $name', (target) => {
  test.each([
    ['sockets', false],
    ['streams', true],
  ])(
    'is shown at once, waits in its order while offline, and comes to others once, over %s',
    async (_, streams) => {
      const server = await createChatServer(target).start()
      const url = `${server.url}/chat/blue`
      const bob = await visit(browser, url, 'bob')
      const context = await browser.newContext()
      await context.addCookies([{ name: 'user', value: 'alice', url: server.url }])
      const page = await context.newPage()
      page.setDefaultTimeout(40_000)
      if (streams) await page.addInitScript(() => sessionStorage.setItem('streams', '1'))
      await page.goto(url)
      await hasStatus(page, 'live')
      await hasStatus(bob.page, 'live')

      await page.getByLabel('Offline').check()
      await hasStatus(page, 'offline')
      const said = ['one', 'two', 'three']
      for (const text of said) await say(page, text)
      await showsMessages(
        page,
        said.map((text) => `alice ${text}sending`),
      )
      await page.getByText('3 to be sent when the connection is back.').waitFor()
      await say(bob.page, 'meanwhile')
      await showsMessages(bob.page, ['bob meanwhile'])

      await page.getByLabel('Offline').uncheck()
      await hasStatus(page, 'live')
      const all = ['bob meanwhile', ...said.map((text) => `alice ${text}`)]
      for (const shown of [page, bob.page]) await showsMessages(shown, all)
      await page.reload()
      await showsMessages(page, all)
      expect(bob.complaints).toEqual([])
      await Promise.all([context.close(), bob.context.close()])
    },
  )

  test('is taken back when it is refused, with the reason, until that is dismissed', async () => {
    const server = await createChatServer(target).start()
    const url = `${server.url}/chat/blue`
    const alice = await visit(browser, url, 'alice')
    const bob = await visit(browser, url, 'bob')
    for (const { page } of [alice, bob]) await hasStatus(page, 'live')
    await say(alice.page, 'HELLO')
    await refused(alice.page).filter({ hasText: 'Refused: Please do not shout.HELLO' }).waitFor()
    await showsMessages(alice.page, [])
    await say(alice.page, 'hello')
    for (const { page } of [alice, bob]) await showsMessages(page, ['alice hello'])
    await alice.page.getByRole('button', { name: 'Dismiss' }).click()
    await refused(alice.page).waitFor({ state: 'detached' })
    for (const { page } of [alice, bob]) await showsMessages(page, ['alice hello'])
    // Only the app's words are shown to a visitor without a name.
    const nobody = await visit(browser, url)
    await hasStatus(nobody.page, 'live')
    await say(nobody.page, 'who am i')
    await refused(nobody.page)
      .getByText('Refused: Say who you are first.', { exact: true })
      .waitFor()
    for (const { complaints, context } of [alice, bob, nobody]) {
      expect(complaints).toEqual([])
      await context.close()
    }
  })

  test('is refused beyond what may wait, and goes when it is tried again', async () => {
    const server = await createChatServer(target).start()
    const { page, context, complaints } = await visit(browser, `${server.url}/chat/blue`, 'alice')
    await hasStatus(page, 'live')
    await page.getByLabel('Offline').check()
    await hasStatus(page, 'offline')
    // As many as a client keeps.
    for (let number = 1; number <= 100; number++) await say(page, `number ${number}`)
    expect(await refused(page).count()).toBe(0)
    await say(page, 'one too many')
    await refused(page).filter({ hasText: 'Too many messages wait already.' }).waitFor()
    await page.getByLabel('Offline').uncheck()
    const last = page.locator('[data-testid=messages] li').last()
    await expect.poll(() => last.textContent(), { timeout: 30_000 }).toBe('alice number 100')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => last.textContent(), { timeout: 30_000 }).toBe('alice one too many')
    expect(await refused(page).count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('is refused without JavaScript too, in the same words', async () => {
    const server = await createChatServer(target).start()
    const context = await browser.newContext({ javaScriptEnabled: false })
    await context.addCookies([{ name: 'user', value: 'dave', url: server.url }])
    const page = await context.newPage()
    await page.goto(`${server.url}/chat/plain`)
    await say(page, 'SHOUTING')
    await page.getByText('Please do not shout.').waitFor()
    await showsMessages(page, [])
    await context.close()
  })
})
