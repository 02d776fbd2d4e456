import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, visit } from '../../../testing/browser.ts'
import { longTargets } from '../../../testing/long-targets.ts'
import { createChatServer, hasStatus } from './chat-server.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

interface Drawn {
  /** Frames in a second. */
  rate: number
  /** Of the intervals between two, in ms: the one that 19 of 20 do not exceed, and the longest. */
  usual: number
  longest: number
  /** How often in a second a pointer was somewhere else. */
  moves: number
}

/** As `watch`, and frames in a second by a trace of what the compositor has drawn. */
async function trace(page: Page, seconds: number): Promise<Drawn & { traced: number }> {
  const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame']
  await browser.startTracing(page, { categories })
  const drawn = await watch(page, seconds)
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: { name: string }[]
  }
  const frames = traceEvents.filter(({ name }) => name === 'DrawFrame').length
  return { ...drawn, traced: frames / seconds }
}

/** Counts the frames of a page for some seconds. */
const watch = (page: Page, seconds: number): Promise<Drawn> =>
  page.evaluate(async (forMs) => {
    const next = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
    const begun = await next()
    const times = [begun]
    let [place, moves] = ['', 0]
    while ((times.at(-1) ?? 0) - begun < forMs) {
      times.push(await next())
      const now = document.querySelector<HTMLElement>('[data-who="robot 1"]')?.style.transform ?? ''
      if (now !== place) moves++
      place = now
    }
    const lasted = (times.at(-1) ?? 0) - begun
    const intervals = times
      .slice(1)
      .map((time, index) => time - (times[index] ?? 0))
      .toSorted((one, other) => one - other)
    return {
      rate: ((times.length - 1) * 1000) / lasted,
      usual: intervals[Math.floor(intervals.length * 0.95)] ?? 0,
      longest: intervals.at(-1) ?? 0,
      moves: (moves * 1000) / lasted,
    }
  }, seconds * 1000)

/** The most that one of the charts of `/status` has had. */
async function most(url: string, title: string): Promise<number> {
  const html = await (await fetch(`${url}/status`)).text()
  const [, value = '', unit = ''] =
    new RegExp(`aria-label="${title}: [^"]* at most ([\\d.,]+)( kB)?`).exec(html) ?? []
  return Number(value.replaceAll(',', '')) * (unit ? 1000 : 1)
}

const shown = (drawn: Drawn): string =>
  Object.entries(drawn)
    .map(([name, value]) => `${name} ${Number(value).toFixed(1)}`)
    .join(', ')

describe.each(longTargets)('200 pointers at 30 Hz on $name', (target) => {
  test(
    'leave a page as many frames as it has without them, and nothing piles up on the server',
    { timeout: 120_000 },
    async () => {
      const server = await createChatServer(target).start()
      const { page, context, complaints } = await visit(browser, `${server.url}/cursors`, 'alice')
      await hasStatus(page, 'live')
      const idle = await watch(page, 5)
      await page.getByLabel('200 more').check()
      await page.locator('[data-who="robot 200"]').waitFor()
      const busy = await trace(page, 10)
      const queue = await most(server.url, 'Bytes waiting')
      const published = await most(server.url, 'Events in/s')
      console.log(`${target.name} idle: ${shown(idle)}`)
      console.log(`${target.name} busy: ${shown(busy)}`)
      console.log(`${target.name}: ${published} events/s, at most ${queue} bytes waited`)

      // Most of the work is done where cores are slow and shared: a page that lays out for each event has a tenth.
      expect(busy.rate).toBeGreaterThan(idle.rate * 0.7)
      // What does not move is not drawn anew.
      expect(busy.traced).toBeGreaterThan(busy.moves * 0.7)
      expect(published).toBeGreaterThan(1_000)
      expect(busy.moves).toBeGreaterThan(5)
      // What is `latest` does not pile up: beyond 16 kB (maxFreshQueue) one batch of 200 is the most.
      expect(queue).toBeLessThan(64_000)

      // It is over by itself, for the page and the server.
      await page.locator('[data-who="robot 200"]').waitFor({ state: 'detached' })
      expect(await page.getByLabel('200 more').isChecked()).toBe(false)
      await hasStatus(page, 'live')
      expect(complaints).toEqual([])
      await context.close()
    },
  )
})
