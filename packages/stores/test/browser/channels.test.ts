import { randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../../../../testing/browser.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { contractApp, openChannelPage, transports } from './channel-page.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

describe.each(targets.filter(({ mode }) => mode === 'production'))(
  'channels on $name',
  (target) => {
    let server: RunningServer
    beforeAll(async () => {
      server = await serve(target, contractApp)
    })
    afterAll(async () => {
      await server?.stop()
    })

    test.each(transports)(
      'over %s: components share a subscription, channels a connection, and both follow the page around',
      async (only) => {
        const context = await browser.newContext()
        onTestFinished(() => context.close())
        const opened = await openChannelPage({ context, url: server.url, only, room: 'red' })
        const { page, publish, counts, live } = opened
        const texts = (list: string): Promise<string[]> =>
          page.getByTestId(list).locator('li').allTextContents()
        const go = async (name: string): Promise<void> => {
          await page.getByRole('link', { name, exact: true }).click()
          await page.getByRole('heading', { name, exact: true }).waitFor()
          await live()
        }
        // The page's object and the component's, an iterator, and the ticks.
        await counts({ connections: 1, subscriptions: 2, channels: 2 })
        await page.evaluate(() => Object.assign(globalThis, { samePage: true }))
        const before = await texts('page')
        const [red, blue, away, back] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
        await publish(red)
        await opened.shows([red], before)

        await go('blue')
        await counts({ connections: 1, subscriptions: 2, channels: 2 })
        await publish(blue, 'blue')
        await publish(away, 'red')
        await expect.poll(() => texts('page')).toContain(blue)
        expect(await texts('page')).not.toContain(red)

        await go('red')
        await publish(back)
        await expect.poll(() => texts('page')).toEqual([...before, red, away, back])
        await expect.poll(() => texts('component')).toEqual([...before, red, away, back])
        await counts({ connections: 1, subscriptions: 2, channels: 2 })
        expect(await page.evaluate(() => 'samePage' in globalThis)).toBe(true)

        await page.getByRole('link', { name: 'elsewhere' }).click()
        await page.getByText('the contract app').waitFor()
        // Nobody reads: what was followed is let go, and then the connection.
        await counts({ connections: 0, subscriptions: 0, channels: 0 })
      },
    )
  },
)
