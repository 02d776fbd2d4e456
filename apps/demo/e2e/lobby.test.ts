import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { connect, refusal } from '../../../testing/socket-client.ts'
import { serve, targets } from '../../../testing/targets.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { demo } from './app.ts'

const production = targets.filter(({ mode }) => mode === 'production')

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const line = (page: Page, text: string): Promise<void> =>
  page.locator('[data-testid=lines] li', { hasText: text }).first().waitFor()
const status = (page: Page, value: string): Promise<void> =>
  page.locator(`[data-status=${value}]`).waitFor()
async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('By socket').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

describe.each(production)('/lobby/[room] on $name', (target) => {
  test(
    'two browsers talk, lose the server, and go on when it is back',
    { timeout: 60_000 },
    async () => {
      let server: RunningServer = await serve(target, demo)
      onTestFinished(async () => {
        await server.stop()
      })
      const url = `${server.url}/lobby/blue`
      const alice = await visit(browser, url, 'alice')
      const bob = await visit(browser, url, 'bob')
      for (const { page } of [alice, bob]) await status(page, 'open')
      await line(alice.page, 'Welcome to blue, alice.')
      await line(bob.page, 'Welcome to blue, bob.')

      await say(alice.page, 'hello bob')
      for (const { page } of [alice, bob]) await line(page, 'alice: hello bob')
      await say(bob.page, 'hello alice')
      for (const { page } of [alice, bob]) await line(page, 'bob: hello alice')

      await bob.page.getByLabel('By form action').fill('from the server')
      // SvelteKit leaves the page when the answer to a form does not come.
      const answered = bob.page.waitForResponse(
        (response) => response.request().method() === 'POST',
      )
      await bob.page.getByRole('button', { name: 'Post' }).click()
      await answered
      for (const { page } of [alice, bob]) await line(page, 'bob (by form): from the server')
      expect([...alice.complaints, ...bob.complaints]).toEqual([])

      const { port } = server
      await server.stop()
      for (const { page } of [alice, bob])
        await page.locator('[data-status=open]').waitFor({ state: 'detached' })
      // What is said while the server is away waits for it.
      await say(alice.page, 'are you there')
      server = await serve(target, demo, { PORT: String(port) })
      for (const { page } of [alice, bob]) await status(page, 'open')
      await line(alice.page, 'alice: are you there')
      await say(bob.page, 'i am back')
      for (const { page } of [alice, bob]) await line(page, 'bob: i am back')

      for (const { context } of [alice, bob]) await context.close()
    },
  )

  test('a visitor whose cookie is gone when the server comes back is refused, and not tried again', async () => {
    let server: RunningServer = await serve(target, demo)
    onTestFinished(async () => {
      await server.stop()
    })
    const { page, context } = await visit(browser, `${server.url}/lobby/blue`, 'frank')
    await status(page, 'open')
    await context.clearCookies()
    const { port } = server
    await server.stop()
    server = await serve(target, demo, { PORT: String(port) })
    await status(page, 'refused')
    await context.close()
  })

  test('a visitor without the cookie gets 401, and the page asks who they are', async () => {
    const server = await serve(target, demo)
    onTestFinished(async () => {
      await server.stop()
    })
    expect((await refusal(`${server.url}/lobby/blue/socket`)).status).toBe(401)
    const { page, complaints, context } = await visit(browser, `${server.url}/lobby/blue`)
    expect(complaints).toEqual([])
    await page.getByLabel('You are').fill('carol')
    await page.getByRole('button', { name: 'That is me' }).click()
    await line(page, 'Welcome to blue, carol.')
    // Rooms are apart from each other, and a client that is not ours is welcome too.
    const other = await connect(`${server.url}/lobby/red/socket`, {
      headers: { cookie: 'user=dave' },
    })
    expect(await other.next()).toBe('Welcome to red, dave.')
    other.ws.send('anyone?')
    expect(await other.next()).toBe('dave: anyone?')
    await say(page, 'still blue')
    await line(page, 'carol: still blue')
    expect(await page.locator('[data-testid=lines] li').allTextContents()).toEqual([
      'Welcome to blue, carol.',
      'carol: still blue',
    ])
    other.ws.close()
    await context.close()
  })
})
