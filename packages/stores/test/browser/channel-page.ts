import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { root } from '../../../../testing/run-server.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { createChannelActs } from './channel-acts.ts'
import type { ChannelActs } from './channel-acts.ts'

export const contractApp: string = join(root, 'packages/adapter/test/app')

export const transports = ['websocket', 'event-stream'] as const

/** A page of the contract app that follows a room and the ticks. */
export interface ChannelPage extends ChannelActs {
  page: Page
  /**
   * Waits until it was told these texts, one by one, and its state has them after what came with it.
   *
   * @param before what came with the page
   */
  shows(texts: string[], before?: string[]): Promise<unknown>
  live(): Promise<void>
}

export interface ChannelPageOptions {
  context: BrowserContext
  /** Of the server. */
  url: string
  only: (typeof transports)[number]
  room: string
}

export async function openChannelPage({
  context,
  url,
  only,
  room,
}: ChannelPageOptions): Promise<ChannelPage> {
  const page = await context.newPage()
  page.setDefaultTimeout(40_000)

  const opened: ChannelPage = {
    page,
    ...createChannelActs(url, room),
    shows: (texts, before = []) =>
      eventually(async () => {
        for (const list of ['page', 'component', 'events']) {
          const shown = await page.getByTestId(list).locator('li').allTextContents()
          expect(shown, list).toEqual(list === 'events' ? texts : [...before, ...texts])
        }
        return true
      }, 30_000),
    live: () => page.locator('[data-status=live]').waitFor(),
  }
  await page.goto(`${url}/realtime/page/${room}?only=${only}`)
  await opened.live()
  return opened
}
