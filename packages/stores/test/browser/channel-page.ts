import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { root } from '../../../../testing/run-server.ts'
import { eventually } from '../../../../testing/eventually.ts'

export const contractApp: string = join(root, 'packages/adapter/test/app')

export const transports = ['websocket', 'event-stream'] as const

/** What a server of the contract app tells of its pages' hub. */
export interface Counts {
  connections: number
  subscriptions: number
  channels: number
}

/** A page of the contract app that follows a room and the ticks. */
export interface ChannelPage {
  page: Page
  /** Publishes in a room, from the server. */
  publish(text: string, room?: string): Promise<void>
  /**
   * Waits until it was told these texts, one by one, and its state has them after what came with it.
   *
   * @param before what came with the page
   */
  shows(texts: string[], before?: string[]): Promise<unknown>
  live(): Promise<void>
  /** Each status since the page began. */
  statuses(): Promise<string[]>
  /** Waits until the server counts so. */
  counts(expected: Partial<Counts>): Promise<unknown>
}

export interface ChannelPageOptions {
  context: BrowserContext
  /** Where the page finds the server. */
  url: string
  /** Where the test does. @default `url` */
  serverUrl?: string
  only: (typeof transports)[number]
  room: string
}

export async function openChannelPage({
  context,
  url,
  serverUrl = url,
  only,
  room,
}: ChannelPageOptions): Promise<ChannelPage> {
  const page = await context.newPage()
  page.setDefaultTimeout(40_000)

  async function act(name: string, search: Record<string, string> = {}): Promise<unknown> {
    const query = new URLSearchParams({ act: name, ...search })
    const response = await fetch(`${serverUrl}/realtime/act?${query}`)
    expect(response.status).toBe(200)
    return response.json()
  }

  const opened: ChannelPage = {
    page,
    async publish(text, to = room) {
      await act('publish', { room: to, text, note: randomUUID() })
    },
    shows: (texts, before = []) =>
      eventually(async () => {
        for (const list of ['page', 'component', 'events']) {
          const shown = await page.getByTestId(list).locator('li').allTextContents()
          expect(shown, list).toEqual(list === 'events' ? texts : [...before, ...texts])
        }
        return true
      }, 30_000),
    live: () => page.locator('[data-status=live]').waitFor(),
    statuses: () => page.evaluate(() => (globalThis as unknown as { statuses: string[] }).statuses),
    counts: (expected) =>
      eventually(async () => {
        expect(await act('quick')).toMatchObject(expected)
        return true
      }, 20_000),
  }
  await page.goto(`${url}/realtime/page/${room}?only=${only}`)
  await opened.live()
  return opened
}
