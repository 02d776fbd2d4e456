import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { eventually } from '../../../testing/eventually.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import { createChatServer, hasStatus, showsPeople } from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** Of the board's width and height. */
type Place = [x: number, y: number]

async function boxOf(page: Page) {
  const box = await page.getByRole('application').boundingBox()
  if (!box) throw new Error('there is no board')
  return box
}

async function on(page: Page, [x, y]: Place): Promise<Place> {
  const box = await boxOf(page)
  return [box.x + x * box.width, box.y + y * box.height]
}

/** Waits until a page shows somebody's pointer there. */
const shows = (page: Page, who: string, [x, y]: Place): Promise<unknown> =>
  eventually(async () => {
    const board = await boxOf(page)
    const pointer = await page.locator(`[data-who="${who}"]`).boundingBox()
    if (!pointer) return false
    // The board has a border, and a pointer is at a whole pixel.
    expect((pointer.x - board.x) / board.width).toBeCloseTo(x, 1.5)
    expect((pointer.y - board.y) / board.height).toBeCloseTo(y, 1.5)
    return true
  }, 15_000)

describe.each(longTargets)('/cursors on $name', (target) => {
  test(
    'shows pointers of mice, fingers and keys to everybody, until their people have left',
    { timeout: 120_000 },
    async () => {
      const server = await createChatServer(target).start()
      const url = `${server.url}/cursors`
      const alice = await visit(browser, url, 'alice')
      await hasStatus(alice.page, 'live')

      const phone = await browser.newContext({
        hasTouch: true,
        viewport: { width: 360, height: 700 },
      })
      await phone.addCookies([{ name: 'user', value: 'bob', url }])
      const bob = await phone.newPage()
      await bob.goto(url)
      await hasStatus(bob, 'live')
      for (const page of [alice.page, bob]) {
        await eventually(async () => (await page.getByTestId('people').innerText()).startsWith('2'))
      }

      await alice.page.mouse.move(...(await on(alice.page, [0.25, 0.75])))
      for (const page of [alice.page, bob]) await shows(page, 'alice', [0.25, 0.75])
      await bob.getByRole('application').scrollIntoViewIfNeeded()
      await bob.touchscreen.tap(...(await on(bob, [0.5, 0.25])))
      for (const page of [alice.page, bob]) await shows(page, 'bob', [0.5, 0.25])
      // By keys from there, and on to the next control.
      await alice.page.getByRole('application').focus()
      for (const key of ['Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowUp']) {
        await alice.page.keyboard.press(key)
      }
      for (const page of [alice.page, bob]) await shows(page, 'alice', [0.35, 0.55])
      await alice.page.keyboard.press('Tab')
      const focused = await alice.page.evaluate(() => document.activeElement?.textContent?.trim())
      expect(focused).toBe('coral')

      // Who comes later has them in the HTML, and with a script as without.
      const html = await (await fetch(url)).text()
      expect(html).toMatch(/data-who="bob"/)
      expect(html).toMatch(/data-who="alice"/)
      await phone.close()
      await showsPeople(alice.page, ['alice (you)'])
      await alice.page.locator('[data-who=bob]').waitFor({ state: 'detached' })
      expect(await (await fetch(url)).text()).not.toMatch(/data-who="bob"/)
      expect(alice.complaints).toEqual([])
      await alice.context.close()
    },
  )

  test('sends 30 pointers a second at most, the last one too', async () => {
    const server = await createChatServer(target).start()
    const context = await browser.newContext()
    await context.addCookies([{ name: 'user', value: 'alice', url: server.url }])
    const page = await context.newPage()
    let sent = 0
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => (sent += String(payload).split('"pub":').length - 1)),
    )
    await page.goto(`${server.url}/cursors`)
    await hasStatus(page, 'live')
    const [left, top] = await on(page, [0, 0])
    const [right, bottom] = await on(page, [0.9, 0.6])
    const begun = performance.now()
    await page.mouse.move(left, top)
    await page.mouse.move(right, bottom, { steps: 300 })
    await shows(page, 'alice', [0.9, 0.6])
    const seconds = (performance.now() - begun) / 1000
    // Timers count whole milliseconds: 33 of them.
    expect(sent).toBeLessThanOrEqual(seconds * (1000 / 33) + 1)
    expect(sent).toBeGreaterThan(2)
    await context.close()
  })

  test('gives a colour to one only, and says who has it', async () => {
    const server = await createChatServer(target).start()
    const url = `${server.url}/cursors`
    const alice = await visit(browser, url, 'alice')
    await hasStatus(alice.page, 'live')
    const bob = await visit(browser, url, 'bob')
    await hasStatus(bob.page, 'live')
    const swatch = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
    const pressed = (page: Page, name: string) =>
      page.locator('[aria-pressed=true]').getByText(name).waitFor()
    await swatch(alice.page, 'violet').click()
    await pressed(alice.page, 'violet')
    await swatch(bob.page, 'violet').click()
    await bob.page.getByRole('alert').getByText('alice has violet.', { exact: true }).waitFor()
    await swatch(bob.page, 'rose').click()
    await pressed(bob.page, 'rose')
    // The others see it.
    await bob.page.mouse.move(...(await on(bob.page, [0.5, 0.5])))
    const color = (): Promise<string> =>
      alice.page
        .locator('[data-who=bob]')
        .evaluate((pointer) => getComputedStyle(pointer).getPropertyValue('--color'))
    await expect.poll(color, { timeout: 15_000 }).toBe('#d6508f')
    for (const { complaints, context } of [alice, bob]) {
      expect(complaints).toEqual([])
      await context.close()
    }
  })
})
