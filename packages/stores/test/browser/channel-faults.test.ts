import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, launchSleepyBrowser } from '../../../../testing/browser.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { serve } from '../../../../testing/targets.ts'
import { contractApp, openChannelPage, transports } from './channel-page.ts'
import type { ChannelPage } from './channel-page.ts'

/** 1.5 heartbeats of the pages' hub, in ms, after which a side that hears nothing gives up. */
const patience = 1.5 * 1_500

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Timers of the page that have yet to fire. */
const timers = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { timers: Set<unknown> }).timers.size)

/** Counts the timers of each page from its beginning. */
function countTimers(): void {
  const open = new Set<unknown>()
  Object.assign(globalThis, { timers: open })
  const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: end } = window
  const made = {
    setTimeout(run: () => void, ms?: number): number {
      const timer = set(() => {
        open.delete(timer)
        run()
      }, ms)
      open.add(timer)
      return timer
    },
    setInterval(run: () => void, ms?: number): number {
      const timer = repeat(run, ms)
      open.add(timer)
      return timer
    },
    clearTimeout(timer?: number): void {
      open.delete(timer)
      clear(timer)
    },
    clearInterval(timer?: number): void {
      open.delete(timer)
      end(timer)
    },
  }
  Object.assign(window, made)
}

describe.each(faultTargets)('on $name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serve(target, contractApp)
  })
  afterAll(async () => {
    await server?.stop()
  })

  async function open(only: (typeof transports)[number], by = browser): Promise<ChannelPage> {
    const context = await by.newContext()
    onTestFinished(() => context.close())
    await context.addInitScript(countTimers)
    return openChannelPage({ context, url: server.url, only, room: randomUUID() })
  }

  describe.each(transports)('over %s', (only) => {
    test('fifty flaps of the network leave one connection, no more timers, and nothing is lost', async () => {
      const { page, publish, shows, live, counts } = await open(only)
      const context = page.context()
      await counts({ connections: 1 })
      const before = await timers(page)
      const texts: string[] = []
      for (let flap = 0; flap < 50; flap++) {
        await context.setOffline(true)
        if (flap === 0) await page.locator('[data-status=offline]').waitFor()
        texts.push(`flap ${flap}`)
        // More than the history of the channel would be a reset.
        if (flap % 2) await publish(`flap ${flap}`)
        await context.setOffline(false)
        // Some while a connection is being made, some while there is one.
        if (flap % 5 === 4) await live()
      }
      await live()
      await shows(texts.filter((_, flap) => flap % 2))
      await counts({ connections: 1, subscriptions: 2, channels: 2 })
      await expect.poll(() => timers(page), { timeout: 15_000 }).toBeLessThanOrEqual(before)
    })

    test('a machine that sleeps longer than 1.5 heartbeats is soon live again, and has all', async () => {
      const { browser: sleepy, sleep, close } = await launchSleepyBrowser()
      onTestFinished(close)
      const { publish, shows, live, counts } = await open(only, sleepy)
      await publish('before')
      await shows(['before'])
      const wake = sleep()
      try {
        await publish('asleep')
        await pause(2 * patience)
        await publish('still asleep')
      } finally {
        wake()
      }
      await shows(['before', 'asleep', 'still asleep'])
      await live()
      await publish('awake')
      await shows(['before', 'asleep', 'still asleep', 'awake'])
      await counts({ connections: 1, subscriptions: 2, channels: 2 })
    })
  })
})
