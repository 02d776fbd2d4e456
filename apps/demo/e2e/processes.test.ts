import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import { overRedis } from '../../../testing/over-redis.ts'
import {
  countsConnections,
  createChatServer,
  hasStatus,
  post,
  say,
  showsMessages,
  showsPeople,
} from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const served = await overRedis(longTargets)
if (served.length === 0) test.skip('two processes are one chat and one board', () => {})
else {
  test.each(served)(
    'two processes are one chat and one board, on $name',
    { timeout: 120_000 },
    async (target) => {
      const chat = createChatServer(target)
      const [one, other] = await Promise.all([chat.start(), chat.start()])
      const alice = await visit(browser, `${one.url}/chat/blue`, 'alice')
      const bob = await visit(browser, `${other.url}/chat/blue`, 'bob')
      await showsPeople(alice.page, ['alice (you)', 'bob'])
      await showsPeople(bob.page, ['alice', 'bob (you)'])
      for (const { page } of [alice, bob]) await hasStatus(page, 'live')
      await say(alice.page, 'hello')
      for (const { page } of [alice, bob]) await showsMessages(page, ['alice hello'])
      await say(bob.page, 'hi')
      for (const { page } of [alice, bob]) await showsMessages(page, ['alice hello', 'bob hi'])
      await post(`${one.url}/chat/blue`, 'without JavaScript')
      const said = ['alice hello', 'bob hi', 'carol without JavaScript']
      for (const { page } of [alice, bob]) await showsMessages(page, said)
      // Rendered by the process that published only one of them.
      await bob.page.reload()
      await showsMessages(bob.page, said)
      await bob.page.getByLabel('Message').pressSequentially('…')
      await alice.page.getByText('bob is typing').waitFor()
      // Each tells what it does itself.
      for (const server of [one, other]) await countsConnections(server, 1)
      await bob.context.close()
      await showsPeople(alice.page, ['alice (you)'])
      await countsConnections(other, 0)
      await countsConnections(one, 1)
      for (const { complaints } of [alice, bob]) expect(complaints).toEqual([])

      // Whoever is on the board has one colour, and nobody else has it.
      const hasColor = async (page: Page, color: string): Promise<void> => {
        await page.locator('[aria-pressed=true]').getByText(color, { exact: true }).waitFor()
      }
      await alice.page.goto(`${one.url}/cursors`)
      await hasColor(alice.page, 'coral')
      const carol = await visit(browser, `${other.url}/cursors`, 'carol')
      await hasColor(carol.page, 'amber')
      await alice.page.getByRole('button', { name: 'violet' }).click()
      await hasColor(alice.page, 'violet')
      const again = await alice.context.newPage()
      await again.goto(`${other.url}/cursors`)
      await hasColor(again, 'violet')
      await carol.page.getByRole('button', { name: 'violet' }).click()
      await carol.page.getByRole('alert').getByText('alice has violet.', { exact: true }).waitFor()
      await carol.context.close()
      for (const { output } of [one, other]) expect(output()).not.toContain('[kitrt]')
      await alice.context.close()
    },
  )
}
