import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { serve } from '../../../testing/targets.ts'
import type { Target } from '../../../testing/targets.ts'
import { demo } from './app.ts'

/** The demo with a database of its own, which outlives its processes. */
export interface ChatServer {
  /** Starts one more process. */
  start(port?: number): Promise<RunningServer>
}

export function createChatServer(target: Target): ChatServer {
  const folder = mkdtempSync(join(tmpdir(), 'kitrt-chat-'))
  const env = { CHAT_DB: join(folder, 'chat.sqlite') }
  const servers: RunningServer[] = []
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    rmSync(folder, { recursive: true })
  })
  return {
    async start(port) {
      const server = await serve(target, demo, { ...env, ...(port && { PORT: String(port) }) })
      servers.push(server)
      return server
    },
  }
}

/** Sends a room's form as a page without JavaScript does. */
export const send = (url: string, text: string, user = 'carol'): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { cookie: `user=${user}`, origin: new URL(url).origin },
    body: new URLSearchParams({ text }),
    redirect: 'manual',
  })

/** Publishes in a room from elsewhere, as another visitor's form does. */
export async function post(url: string, text: string, user?: string): Promise<void> {
  expect((await send(url, text, user)).status).toBeLessThan(400)
}

/** Writes a message in a page of the chat, and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

/** Waits until a page counts so many people, and names these. */
export const showsPeople = (page: Page, expected: string[]): Promise<unknown> =>
  eventually(async () => {
    const people = page.getByTestId('people')
    const names = await people.locator('li').allTextContents()
    expect(names.map((name) => name.trim()).toSorted()).toEqual(expected)
    expect(await people.locator('strong').textContent()).toBe(`${expected.length} here`)
    return true
    // Who has left stays for the grace time, 10 s.
  }, 30_000)

export const hasStatus = (page: Page, value: string): Promise<void> =>
  page.locator(`[data-status=${value}]`).waitFor()

/** Waits until a page of the chat shows these messages, and no others. */
export const showsMessages = (page: Page, expected: string[]): Promise<unknown> =>
  eventually(async () => {
    const shown = await page.locator('[data-testid=messages] li').allTextContents()
    expect(shown).toEqual(expected)
    return true
  }, 30_000)

/** Waits until the server counts so many connections of channels. */
export const countsConnections = ({ url }: RunningServer, expected: number): Promise<unknown> =>
  eventually(async () => {
    const html = await (await fetch(`${url}/status`)).text()
    expect(/aria-label="Connections: (\d+) now/.exec(html)?.[1]).toBe(String(expected))
    return true
  }, 15_000)
