import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../../../../testing/browser.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { long } from '../../../../testing/long.ts'
import { root } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, target } from '../../../../testing/targets.ts'

const app = join(root, 'packages', 'adapter', 'test', 'app')

// What the page leaves for its test.
declare const told: number[]
declare const publish: (number: number) => Promise<unknown>
declare const session: { reset(): void }

let browser: Browser
let server: RunningServer
beforeAll(async () => {
  browser = await launchBrowser()
  server = await serve(target('node'), app)
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})

async function act<T>(name: string, search: Record<string, string> = {}): Promise<T> {
  const query = new URLSearchParams({ act: name, ...search })
  const response = await fetch(`${server.url}/realtime/tabs/act?${query}`)
  return response.json() as Promise<T>
}

const connections = async (): Promise<number> =>
  (await act<{ connections: number }>('size')).connections

const setUser = (context: BrowserContext, value: string): Promise<void> =>
  context.addCookies([{ name: 'user', value, url: server.url }])

/** A browser, as far as its tabs can tell. @param user who is logged in */
async function openBrowser(user: string): Promise<BrowserContext> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  await setUser(context, user)
  return context
}

async function openTab(
  context: BrowserContext,
  room: string,
  only = 'event-stream',
): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(`${server.url}/realtime/tabs/${room}?only=${only}`)
  return page
}

const status = (page: Page, value: string): Promise<void> =>
  page.locator(`[data-status=${value}]`).waitFor()
const toldOf = (page: Page): Promise<number[]> => page.evaluate(() => told)

/** The tab that holds the group's lock: the one whose own client it is. */
async function leaderOf(pages: Page[]): Promise<Page> {
  return eventually(async () => {
    for (const page of pages) {
      // oxlint-disable-next-line no-await-in-loop -- one of them does
      const leads = await page.evaluate(async () => {
        const names = await navigator.locks.request(crypto.randomUUID(), async (mine) => {
          const { name } = mine as Lock
          const { held = [] } = await navigator.locks.query()
          const own = held.find((lock) => lock.name === name)?.clientId
          return held.filter(({ clientId }) => clientId === own).map((lock) => lock.name ?? '')
        })
        // Each tab holds one of its own name, whose leader also holds that of all.
        return names.some((name) => names.some((other) => other.startsWith(`${name} `)))
      })
      if (leads) return page
    }
    return undefined
  }, 20_000)
}

const inARow = (numbers: number[]): boolean =>
  numbers.every((number, index) => index === 0 || number === (numbers[index - 1] as number) + 1)

describe('rule 17: the tabs of one browser and user', () => {
  test('share a stream, and never with somebody else', async () => {
    const room = 'shared'
    const one = await openBrowser('ada')
    const other = await openBrowser('ada')
    const pages = [await openTab(one, room), await openTab(one, room), await openTab(other, room)]
    // Somebody else logs in; the tabs that are open, and know who they are, go on.
    await Promise.all(pages.map((page) => status(page, 'live')))
    await setUser(one, 'bob')
    pages.push(await openTab(one, room), await openTab(one, room))
    await Promise.all(pages.map((page) => status(page, 'live')))
    await eventually(async () => (await connections()) === 3)
    const number = await act<number>('pour', { room })
    await Promise.all(
      pages.map((page) =>
        page
          .getByTestId('last')
          .filter({ hasText: String(number) })
          .waitFor(),
      ),
    )
  })

  test('ten tabs leave connections for what else they fetch', async () => {
    const context = await openBrowser('ada')
    const pages = await Promise.all(Array.from({ length: 10 }, () => openTab(context, 'ten')))
    await Promise.all(pages.map((page) => status(page, 'live')))
    await eventually(async () => (await connections()) === 1)
    const answers = await Promise.all(
      pages.map((page) =>
        page.evaluate(async () => (await fetch('/realtime/tabs/act?act=size')).status),
      ),
    )
    expect(answers).toEqual(pages.map(() => 200))
  })

  test.each([
    ['event-stream', long ? 50 : 10],
    ['websocket', 10],
  ])(
    'over %s: the leader is killed %i times under a hundred events per second, and no tab misses one or gets one twice',
    { timeout: 300_000 },
    async (only, kills) => {
      const room = `flow over ${only}`
      const context = await openBrowser('ada')
      const pages = await Promise.all(Array.from({ length: 5 }, () => openTab(context, room, only)))
      await act('keep', { room, every: '10' })
      const all: number[][] = []
      const longest: number[] = []
      for (let kill = 0; kill < kills; kill++) {
        /* oxlint-disable no-await-in-loop -- one after another */
        await Promise.all(pages.map((page) => status(page, 'live')))
        const leader = await leaderOf(pages)
        all.push(await toldOf(leader))
        const cdp = await context.newCDPSession(leader)
        cdp.send('Page.crash').catch(() => {})
        const begun = performance.now()
        pages.splice(pages.indexOf(leader), 1)
        const seen = await Promise.all(pages.map(async (page) => (await toldOf(page)).length))
        await Promise.all(
          pages.map((page, index) =>
            page.waitForFunction((before) => told.length > before + 50, seen[index] as number),
          ),
        )
        longest.push(performance.now() - begun)
        await leader.close()
        pages.push(await openTab(context, room, only))
        /* oxlint-enable no-await-in-loop */
      }
      await Promise.all(pages.map((page) => status(page, 'live')))
      await act('keep', { every: '0' })
      const last = await act<number>('pour', { room })
      await Promise.all(
        pages.map((page) =>
          page
            .getByTestId('last')
            .filter({ hasText: String(last) })
            .waitFor(),
        ),
      )
      for (const page of pages) all.push(await toldOf(page))
      for (const numbers of all) expect(inARow(numbers), numbers.join(' ')).toBe(true)
      expect(await connections()).toBe(1)
      console.log(
        `until 50 more events were told after a kill: ${longest.map(Math.round).join(' ')} ms`,
      )
    },
  )

  /** What a leader may come to, and how that ends. A Chromium without windows takes `frozen` for no page that is visible, which all are. */
  const stops: Record<string, (leader: Page) => Promise<() => Promise<unknown>>> = {
    async 'is busy'(leader) {
      const busy = leader.evaluate(() => {
        const end = performance.now() + 10_000
        while (performance.now() < end);
      })
      return () => busy
    },
    async 'stands still'(leader) {
      const cdp = await leader.context().newCDPSession(leader)
      await cdp.send('Debugger.enable')
      await cdp.send('Debugger.pause')
      return () => cdp.send('Debugger.resume')
    },
    async 'will be frozen'(leader) {
      await leader.evaluate(() => document.dispatchEvent(new Event('freeze')))
      return async () => {}
    },
  }

  test.each(Object.keys(stops))('a leader that %s loses its place', async (what) => {
    const room = what
    const context = await openBrowser('ada')
    const pages = await Promise.all(Array.from({ length: 3 }, () => openTab(context, room)))
    await Promise.all(pages.map((page) => status(page, 'live')))
    await act('pour', { room })
    const leader = await leaderOf(pages)
    const others = pages.filter((page) => page !== leader)
    const goOn = await (stops[what] as (typeof stops)[string])(leader)
    const number = await act<number>('pour', { room })
    const shows = (page: Page): Promise<void> =>
      page
        .getByTestId('last')
        .filter({ hasText: String(number) })
        .waitFor()
    await Promise.all(others.map(shows))
    await leaderOf(others)
    await goOn()
    await shows(leader)
    await eventually(async () => (await connections()) === 1)
    for (const page of pages) expect(inARow(await toldOf(page))).toBe(true)
  })

  test('after a logout nothing of one user reaches a tab of another', async () => {
    const context = await openBrowser('ada')
    const adas = [await openTab(context, 'ada'), await openTab(context, 'ada')]
    await Promise.all(adas.map((page) => status(page, 'live')))
    await act('pour', { room: 'ada' })
    await setUser(context, 'bob')
    const bob = await openTab(context, 'bob')
    await status(bob, 'live')
    await bob.evaluate(() => session.reset())
    await Promise.all(adas.map((page) => status(page, 'denied')))
    const before = await Promise.all(adas.map(toldOf))
    await act('pour', { room: 'ada' })
    await act('pour', { room: 'bob' })
    await eventually(async () => (await toldOf(bob)).length === 1)
    expect(await Promise.all(adas.map(toldOf))).toEqual(before)
    expect(await connections()).toBe(1)
  })

  test('what somebody publishes when another has logged in is not published as the other', async () => {
    const context = await openBrowser('ada')
    const pages = [await openTab(context, 'open'), await openTab(context, 'open')]
    await Promise.all(pages.map((page) => status(page, 'live')))
    await setUser(context, 'bob')
    const publishFrom = (page: Page, number: number): Promise<unknown> =>
      page.evaluate(
        (what) =>
          publish(what).then(
            () => 'published',
            ({ code }) => code,
          ),
        number,
      )
    // It finds out that everybody is bob now, and then they are.
    expect(await publishFrom(pages[0] as Page, 1)).toBe('unknown-outcome')
    for (const page of pages) {
      await eventually(async () => (await publishFrom(page, 2)) === 'published')
    }
    const published = await act<{ by: string; number: number }[]>('published')
    expect(published.map(({ by, number }) => `${by} ${number}`)).toEqual(['bob 2', 'bob 2'])
  })
})
