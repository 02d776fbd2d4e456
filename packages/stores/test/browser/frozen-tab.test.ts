import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBarePage } from '../../../../testing/bare-page.ts'
import type { BarePage } from '../../../../testing/bare-page.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { createRelay } from '../../../../testing/relay.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { serve } from '../../../../testing/targets.ts'
import { createChannelActs } from './channel-acts.ts'
import { contractApp, transports } from './channel-page.ts'

/** 1.5 heartbeats of the pages' hub, in ms, after which a side that hears nothing gives up. */
const patience = 1.5 * 1_500

const statusOf = (page: BarePage): Promise<string | null> =>
  page.evaluate(`document.querySelector('[data-status]')?.dataset.status`)

const hasStatus = (page: BarePage, expected: string): Promise<unknown> =>
  eventually(async () => (await statusOf(page)) === expected, 30_000)

/** Waits until a page was told these texts, one by one, and its state is of them. */
const shows = (page: BarePage, texts: string[]): Promise<unknown> =>
  eventually(async () => {
    for (const list of ['page', 'component', 'events']) {
      const items = `document.querySelectorAll('[data-testid=${list}] li')`
      expect(await page.evaluate(`[...${items}].map((item) => item.textContent)`)).toEqual(texts)
    }
    return true
  }, 30_000)

/** Freezes a tab for as long as `work` takes, and longer than a side waits for one that does not answer. */
async function freeze(page: BarePage, work: () => Promise<void>): Promise<void> {
  await page.evaluate(`(() => {
    globalThis.lifecycle = []
    for (const type of ['freeze', 'resume']) {
      document.addEventListener(type, () => globalThis.lifecycle.push(type))
    }
  })()`)
  await page.send('Page.setWebLifecycleState', { state: 'frozen' })
  await work()
  await setTimeout(2 * patience)
  await page.send('Page.setWebLifecycleState', { state: 'active' })
  await eventually(async () => {
    expect(await page.evaluate('globalThis.lifecycle')).toEqual(['freeze', 'resume'])
    return true
  })
}

describe.each(faultTargets)('on $name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serve(target, contractApp)
  })
  afterAll(async () => {
    await server?.stop()
  })

  async function open(only: string, room: string, url = server.url): Promise<BarePage> {
    const page = await openBarePage(`${url}/realtime/page/${room}?only=${only}`)
    onTestFinished(() => page.close())
    await hasStatus(page, 'live')
    return page
  }

  describe.each(transports)('over %s', (only) => {
    test('a tab that was frozen shows what it has missed, once, on one connection', async () => {
      const room = randomUUID()
      const { publish, counts } = createChannelActs(server.url, room)
      const page = await open(only, room)
      await freeze(page, async () => {
        for (const text of ['one', 'two', 'three']) await publish(text)
      })
      await publish('four')
      await shows(page, ['one', 'two', 'three', 'four'])
      await hasStatus(page, 'live')
      await counts({ connections: 1, subscriptions: 2, channels: 2 })
    })

    test('a tab whose network vanished while it was frozen is not live before it has all', async () => {
      const room = randomUUID()
      const { publish } = createChannelActs(server.url, room)
      const relay = await createRelay(server.port)
      onTestFinished(() => relay.close())
      const page = await open(only, room, relay.url)
      await freeze(page, async () => {
        relay.stall()
        await publish('missed')
      })
      // Its connection looks open, and is dead: nobody says so but its own clock.
      await hasStatus(page, 'resuming')
      await page.evaluate(`(() => {
        const shown = () => document.querySelectorAll('[data-testid=page] li').length
        const status = document.querySelector('[data-status]')
        globalThis.whenLive = []
        new MutationObserver(() => {
          if (status.dataset.status === 'live') globalThis.whenLive.push(shown())
        }).observe(status, { attributes: true })
      })()`)
      await publish('missed too')
      relay.resume()
      await shows(page, ['missed', 'missed too'])
      await hasStatus(page, 'live')
      expect(await page.evaluate('globalThis.whenLive')).toEqual([2])
    })
  })
})
