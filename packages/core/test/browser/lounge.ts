import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { long } from '../../../../testing/long.ts'
import { root } from '../../../../testing/run-server.ts'

export const contractApp: string = join(root, 'packages', 'adapter', 'test', 'app')

/** How pages share a connection, by the search of their address; `npm test` tries one way. */
export const shared: Record<string, string> = {
  streams: 'only=event-stream',
  ...(long && { sockets: 'only=websocket' }),
}
export const ways: Record<string, string> = {
  ...shared,
  ...(long && { 'sockets of their own': 'only=websocket&alone' }),
}

/** Of the lounge's hub, in ms. */
export const heartbeat = 1_500
export const grace = 3_000
/** How late, in ms, a machine with much to do may be. */
export const late = 15_000

/** What a page of the lounge leaves for its test. */
export interface LoungeGlobals {
  /** Who was there, whenever that changed. */
  met: string[]
  /** What was said, whenever that changed. */
  shown: { id: string; text: string }[][]
  /** What came of what was said here: `stored`, or why not. */
  answers: Record<string, string>
  say(text: string): Promise<void>
  session: { reset(): void }
}

export const addressOf = (url: string, room: string, way: string): string =>
  `${url}/realtime/lounge/${room}?${way}`

export async function openTab(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(40_000)
  await page.goto(address)
  await isLive(page)
  return page
}

export const isLive = (page: Page): Promise<void> => page.locator('[data-status=live]').waitFor()

/** Waits until a tab shows these, and as many. @returns after how long, in ms */
export async function meets(page: Page, ...keys: string[]): Promise<number> {
  const begun = performance.now()
  await eventually(
    async () => {
      const members = await page.getByTestId('members').textContent()
      // In the order of their coming, which is not what this is about.
      expect(members?.split(' ').filter(Boolean).toSorted()).toEqual(keys.toSorted())
      return true
    },
    1.5 * heartbeat + grace + late,
  )
  await page.getByTestId('count').getByText(String(keys.length), { exact: true }).waitFor()
  return performance.now() - begun
}

/** Who was there, since the tab was opened. */
export const metBy = (page: Page): Promise<string[][]> =>
  page.evaluate(() =>
    (globalThis as unknown as LoungeGlobals).met.map((keys) => keys.split(' ').filter(Boolean)),
  )
