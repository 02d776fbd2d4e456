import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../../../../testing/browser.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve } from '../../../../testing/targets.ts'
import { addressOf, contractApp, isLive, late, openTab, ways } from './lounge.ts'
import type { LoungeGlobals } from './lounge.ts'

let one: Browser
let second: Browser
beforeAll(async () => {
  ;[one, second] = await Promise.all([launchBrowser(), launchBrowser()])
})
afterAll(() => Promise.all([one.close(), second.close()]))

/** Says something, and does not wait for what comes of it. */
const say = (page: Page, ...texts: string[]): Promise<void> =>
  page.evaluate((all) => {
    for (const text of all) void (globalThis as unknown as LoungeGlobals).say(text)
  }, texts)

const answersOf = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(() => (globalThis as unknown as LoungeGlobals).answers)

const shownBy = (page: Page): Promise<{ id: string; text: string }[][]> =>
  page.evaluate(() => (globalThis as unknown as LoungeGlobals).shown)

const by = (author: string, texts: string[]): string[] =>
  texts.filter((text) => text.includes(author))

describe.each(faultTargets)('on $name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serve(target, contractApp)
  })
  afterAll(async () => {
    await server?.stop()
  })

  async function openTabs(
    browser: Browser,
    user: string,
    count: number,
    room: string,
    way: string,
  ) {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    await context.addCookies([{ name: 'user', value: user, url: server.url }])
    const pages: Page[] = []
    for (let tab = 0; tab < count; tab++) {
      // oxlint-disable-next-line no-await-in-loop -- the first leads
      pages.push(await openTab(context, addressOf(server.url, room, way)))
    }
    return { context, pages }
  }

  test.each(Object.entries(ways))(
    'rule 5: over %s, what is published through fifty flaps of the network is shown at once, then once, in order, or disappears with a reason',
    { timeout: 180_000 },
    async (_way, way) => {
      const room = randomUUID()
      const { context, pages } = await openTabs(one, 'ada', 2, room, way)
      // The one that follows, where tabs share.
      const [other, ada] = pages as [Page, Page]
      const eve = (await openTabs(second, 'eve', 1, room, way)).pages[0] as Page
      const said: string[] = []
      const refused: string[] = []
      const byEve: string[] = []
      for (let flap = 0; flap < 50; flap++) {
        /* oxlint-disable no-await-in-loop -- one after another */
        const next = ['online', 'going', 'offline', 'away'].map((when) => `ada ${flap} ${when}`)
        const rude = flap % 10 === 3 ? [`rude ada ${flap}`] : []
        await say(ada, ...next.slice(0, 2))
        await context.setOffline(true)
        await say(ada, ...next.slice(2, 3), ...rude, ...next.slice(3))
        if (flap % 5 === 1) {
          await ada.locator('[data-status=offline]').waitFor()
          // All the same it is there.
          await ada.getByText(next[3] as string, { exact: true }).waitFor()
        }
        byEve.push(`eve ${flap}`)
        await say(eve, `eve ${flap}`)
        await context.setOffline(false)
        said.push(...next)
        refused.push(...rude)
        // Some while a connection is being made, some while there is one. No more than a client keeps.
        if (flap % 5 === 4) await isLive(ada)
        if (flap % 10 === 9) await allAnswered(ada, said.length + refused.length)
        /* oxlint-enable no-await-in-loop */
      }
      await allAnswered(ada, said.length + refused.length)
      await allAnswered(eve, byEve.length)
      const answers = await answersOf(ada)
      for (const text of said) expect(answers[text], text).toBe('stored')
      for (const text of refused) expect(answers[text]).toContain('Be polite.')
      for (const page of [ada, other, eve]) {
        await eventually(async () => {
          const texts = await page.getByTestId('said').allTextContents()
          expect(by('ada', texts)).toEqual(said)
          expect(by('eve', texts)).toEqual(byEve)
          return true
        }, late)
      }
      // Nor was anything else shown in between.
      const lists = await Promise.all([ada, other, eve].map(shownBy))
      for (const list of lists.flat()) {
        for (const field of ['id', 'text'] as const) {
          expect(new Set(list.map((shown) => shown[field])).size).toBe(list.length)
        }
        const texts = list.map(({ text }) => text).filter((text) => !refused.includes(text))
        expect(by('ada', texts)).toEqual(said.slice(0, by('ada', texts).length))
        expect(by('eve', texts)).toEqual(byEve.slice(0, by('eve', texts).length))
      }
      // Each was shown where it was published before it was stored, by the name that it then had.
      const ids = (all: { id: string; text: string }[][]): Map<string, string> =>
        new Map(all.flat().map(({ id, text }) => [text, id]))
      const [early, later] = [ids(lists[0] ?? []), ids(lists[2] ?? [])]
      for (const text of said) expect(early.get(text)).toBe(later.get(text))
      for (const text of refused) expect([early.has(text), later.has(text)]).toEqual([true, false])
    },
  )
})

const allAnswered = (page: Page, count: number): Promise<unknown> =>
  eventually(async () => {
    expect(Object.keys(await answersOf(page))).toHaveLength(count)
    return true
  }, 40_000)
