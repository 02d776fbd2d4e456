import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import { createChatServer, hasStatus, say, showsPeople } from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

describe.each(longTargets)('the people in /chat/[room] on $name', (target) => {
  test(
    'are listed once however many tabs they have, from the first HTML on, until they have left',
    { timeout: 120_000 },
    async () => {
      const server = await createChatServer(target).start()
      const url = `${server.url}/chat/blue`
      const alice = await visit(browser, url, 'alice')
      await showsPeople(alice.page, ['alice (you)'])
      const bob = await visit(browser, url, 'bob')
      const second = await bob.context.newPage()
      await second.goto(url)
      for (const page of [bob.page, second]) await showsPeople(page, ['alice', 'bob (you)'])
      await showsPeople(alice.page, ['alice (you)', 'bob'])
      // Of who has no name there is nothing to see.
      const nobody = await visit(browser, url)
      await showsPeople(nobody.page, ['alice', 'bob'])
      const html = await (await fetch(url)).text()
      expect(html).toMatch(/2 here/)

      await bob.page.close()
      const carol = await visit(browser, url, 'carol')
      await showsPeople(alice.page, ['alice (you)', 'bob', 'carol'])
      await Promise.all([bob.context.close(), carol.context.close()])
      await showsPeople(alice.page, ['alice (you)'])
      expect(alice.complaints).toEqual([])
      for (const { context } of [alice, nobody]) await context.close()
    },
  )

  test('are seen typing, by others and not by themselves, until they have said it or stopped', async () => {
    const server = await createChatServer(target).start()
    const url = `${server.url}/chat/blue`
    const alice = await visit(browser, url, 'alice')
    const bob = await visit(browser, url, 'bob')
    for (const { page } of [alice, bob]) {
      await hasStatus(page, 'live')
      await showsPeople(page, page === alice.page ? ['alice (you)', 'bob'] : ['alice', 'bob (you)'])
    }
    const seen = alice.page.getByText('bob is typing')
    await bob.page.getByLabel('Message').pressSequentially('hello')
    await seen.waitFor()
    expect(await bob.page.getByTestId('writers').textContent()).not.toContain('bob')
    await say(bob.page, 'hello alice')
    await alice.page.getByText('hello alice').waitFor()
    await seen.waitFor({ state: 'detached' })
    // Nobody says that somebody has stopped: it is over by itself.
    await bob.page.getByLabel('Message').pressSequentially('or')
    await seen.waitFor()
    await seen.waitFor({ state: 'detached' })
    for (const { complaints, context } of [alice, bob]) {
      expect(complaints).toEqual([])
      await context.close()
    }
  })
})
