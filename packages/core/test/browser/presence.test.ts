import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBareBrowser } from '../../../../testing/bare-page.ts'
import type { BarePage } from '../../../../testing/bare-page.ts'
import { launchBrowser } from '../../../../testing/browser.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve } from '../../../../testing/targets.ts'
import {
  addressOf,
  contractApp,
  grace,
  heartbeat,
  isLive,
  late,
  meets,
  metBy,
  openTab,
  shared,
  ways,
} from './lounge.ts'
import type { LoungeGlobals } from './lounge.ts'

let one: Browser
let second: Browser
beforeAll(async () => {
  ;[one, second] = await Promise.all([launchBrowser(), launchBrowser()])
})
afterAll(() => Promise.all([one.close(), second.close()]))

/** Ends a tab as its crash does: nothing of it says goodbye. */
async function kill(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // It has no answer.
  cdp.send('Page.crash').catch(() => {})
  await crashed
}

const killAll = (pages: Page[]): Promise<unknown> => Promise.all(pages.map(kill))

const meetAll = (pages: Page[], ...keys: string[]): Promise<unknown> =>
  Promise.all(pages.map((page) => meets(page, ...keys)))

/** Freezes a tab. @returns what wakes it, and throws when it was not frozen */
async function freeze(page: BarePage): Promise<() => Promise<void>> {
  await page.evaluate(`document.addEventListener('freeze', () => { globalThis.froze = true })`)
  await page.send('Page.setWebLifecycleState', { state: 'frozen' })
  return async () => {
    await page.send('Page.setWebLifecycleState', { state: 'active' })
    await eventually(() => page.evaluate('globalThis.froze'))
  }
}

const lastMet = (page: BarePage, ...keys: string[]): Promise<unknown> =>
  eventually(async () => {
    expect(await page.evaluate('globalThis.met?.at(-1).split(" ").toSorted()')).toEqual(keys)
    return true
  }, late)

const resetFrom = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as LoungeGlobals).session.reset())

describe.each(faultTargets)('on $name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serve(target, contractApp)
  })
  afterAll(async () => {
    await server?.stop()
  })

  const logIn = (context: BrowserContext, value: string): Promise<void> =>
    context.addCookies([{ name: 'user', value, url: server.url }])

  async function newJar(browser: Browser, user: string): Promise<BrowserContext> {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    await logIn(context, user)
    return context
  }

  async function connections(): Promise<number> {
    const response = await fetch(`${server.url}/realtime/lounge/act?act=size`)
    const { connections: count } = (await response.json()) as { connections: number }
    return count
  }

  const openTabs = (context: BrowserContext, count: number, address: string): Promise<Page[]> =>
    Promise.all(Array.from({ length: count }, () => openTab(context, address)))

  describe.each(Object.entries(ways))('over %s', (way, search) => {
    test('rule 15: a user is there once, through the kills of tabs, until the grace time after the last', async () => {
      const address = addressOf(server.url, randomUUID(), search)
      const adas = await newJar(one, 'ada')
      const first = await openTab(adas, address)
      const rest = await openTabs(adas, 2, address)
      const bobs = await openTabs(await newJar(one, 'bob'), 2, address)
      const eve = await openTab(await newJar(second, 'eve'), address)
      await meetAll([first, ...rest, ...bobs, eve], 'ada', 'bob', 'eve')
      if (search in shared) await eventually(async () => (await connections()) === 3)
      const before = (await metBy(eve)).length
      // The first leads the others, where they share a connection.
      await kill(first)
      await Promise.all(rest.map(isLive))
      const begun = performance.now()
      // Their grace time begins later than that of the first tab: when they are gone, it is over.
      await killAll(bobs)
      await meets(eve, 'ada', 'eve')
      const bobGone = performance.now() - begun
      expect(bobGone).toBeGreaterThan(grace)
      await meetAll(rest, 'ada', 'eve')
      // The first of all is before any list has come.
      for (const page of rest) {
        expect((await metBy(page)).slice(1).filter((keys) => !keys.includes('ada'))).toEqual([])
      }
      const alone = performance.now()
      await killAll(rest)
      await meets(eve, 'eve')
      const adaGone = performance.now() - alone
      expect(adaGone).toBeGreaterThan(grace)
      const [back] = await openTabs(adas, 1, address)
      await meetAll([back as Page, eve], 'ada', 'eve')
      // Nobody came or went but those.
      expect((await metBy(eve)).slice(before).map((keys) => keys.toSorted().join(' '))).toEqual([
        'ada eve',
        'eve',
        'ada eve',
      ])
      console.log(
        `over ${way}, gone after the last kill: bob ${Math.round(bobGone)} ms, ada ${Math.round(adaGone)} ms`,
      )
    })

    test('rule 15: the only tab of a user that is frozen is gone in time, and back when it wakes', async () => {
      const address = addressOf(server.url, randomUUID(), search)
      const eve = await openTab(await newJar(second, 'eve'), address)
      const browser = await openBareBrowser()
      onTestFinished(() => browser.close())
      await browser.setCookie({ name: 'user', value: 'ada', url: server.url })
      const ada = await browser.openPage(address)
      await meets(eve, 'ada', 'eve')
      const wake = await freeze(ada)
      const took = await meets(eve, 'eve')
      await wake()
      await meets(eve, 'ada', 'eve')
      await lastMet(ada, 'ada', 'eve')
      console.log(
        `over ${way}, gone after a freeze: ${Math.round(took)} ms, of ${1.5 * heartbeat + grace}`,
      )
    })
  })

  describe.each(Object.entries(shared))('over %s', (_way, search) => {
    test('rule 15: a leader of tabs that is frozen takes nobody with it', async () => {
      const address = addressOf(server.url, randomUUID(), search)
      const eve = await openTab(await newJar(second, 'eve'), address)
      const bob = await openTab(await newJar(one, 'bob'), address)
      const browser = await openBareBrowser()
      onTestFinished(() => browser.close())
      await browser.setCookie({ name: 'user', value: 'ada', url: server.url })
      const leader = await browser.openPage(address)
      await lastMet(leader, 'ada', 'bob', 'eve')
      const other = await browser.openPage(address)
      await lastMet(other, 'ada', 'bob', 'eve')
      await meets(eve, 'ada', 'bob', 'eve')
      await eventually(async () => (await connections()) === 3)
      const before = (await metBy(eve)).length
      const wake = await freeze(leader)
      // When he is gone, the grace time of what the leader held is over.
      await kill(bob)
      await meets(eve, 'ada', 'eve')
      await lastMet(other, 'ada', 'eve')
      await wake()
      await lastMet(leader, 'ada', 'eve')
      await eventually(async () => (await connections()) === 2)
      expect((await metBy(eve)).slice(before)).toHaveLength(1)
    })

    test('rule 15: who logs out is gone after the grace time from all tabs, and who logs in is there', async () => {
      const address = addressOf(server.url, randomUUID(), search)
      const eve = await openTab(await newJar(second, 'eve'), address)
      const jar = await newJar(one, 'ada')
      const adas = await openTabs(jar, 3, address)
      // Somebody else has logged in, and those tabs have not been told.
      await logIn(jar, 'bob')
      const bobs = await openTabs(jar, 2, address)
      const five = [...adas, ...bobs]
      await meetAll([...five, eve], 'ada', 'bob', 'eve')
      await eventually(async () => (await connections()) === 3)
      const before = (await metBy(eve)).length
      await resetFrom(bobs[0] as Page)
      await meetAll([...five, eve], 'bob', 'eve')
      await eventually(async () => (await connections()) === 2)
      await jar.clearCookies()
      await resetFrom(adas[0] as Page)
      await meetAll([...five, eve], 'eve')
      await logIn(jar, 'ada')
      await resetFrom(adas[1] as Page)
      await meetAll([...five, eve], 'ada', 'eve')
      await eventually(async () => (await connections()) === 2)
      expect((await metBy(eve)).slice(before).map((keys) => keys.toSorted().join(' '))).toEqual([
        'bob eve',
        'eve',
        'ada eve',
      ])
    })
  })
})
