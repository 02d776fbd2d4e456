import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { browserPath } from './browser.ts'
import { runServer } from './run-server.ts'

/**
 * A page without Playwright, which holds each of its pages visible, whatever happens: such a page cannot
 * be frozen (github.com/microsoft/playwright/issues/35207).
 */
export interface BarePage {
  /** @returns what an expression of the page is, as JSON */
  evaluate<T>(expression: string): Promise<T>
  /** A command of the Chrome DevTools Protocol. */
  send(method: string, params?: object): Promise<unknown>
  /** Ends its browser. */
  close(): Promise<void>
}

/** A browser without Playwright. */
export interface BareBrowser {
  setCookie(cookie: { name: string; value: string; url: string }): Promise<unknown>
  openPage(url: string): Promise<BarePage>
  close(): Promise<void>
}

interface Answer {
  id: number
  result?: { sessionId?: string; targetId?: string; result?: { value?: string } }
  error?: { message: string }
}

export async function openBareBrowser(): Promise<BareBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'kitrt-chromium-'))
  const browser = await runServer({
    command: [
      await browserPath(),
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
    ],
    cwd: folder,
    ready: /ws:\/\/\S+/,
  })
  const socket = new WebSocket(browser.url)
  await once(socket, 'open')
  let id = 0

  async function send(
    method: string,
    params: object = {},
    sessionId?: string,
  ): Promise<NonNullable<Answer['result']>> {
    const mine = ++id
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const read = (data: Buffer): void => {
      const answer = JSON.parse(String(data)) as Answer
      if (answer.id === mine) resolve(answer)
    }
    socket.on('message', read)
    socket.send(JSON.stringify({ id: mine, method, params, sessionId }))
    const { result = {}, error } = await promise
    socket.off('message', read)
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }

  async function close(): Promise<void> {
    socket.close()
    await browser.stop()
    rmSync(folder, { recursive: true, force: true })
  }

  return {
    setCookie: (cookie) => send('Storage.setCookies', { cookies: [cookie] }),
    async openPage(url) {
      const { targetId } = await send('Target.createTarget', { url })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      return {
        send: (method, params) => send(method, params, sessionId),
        async evaluate(expression) {
          const { result } = await send(
            'Runtime.evaluate',
            { expression: `JSON.stringify(${expression})` },
            sessionId,
          )
          return JSON.parse(result?.value ?? 'null')
        },
        close,
      }
    },
    close,
  }
}

/** A page in a browser of its own. */
export async function openBarePage(url: string): Promise<BarePage> {
  const browser = await openBareBrowser()
  return browser.openPage(url)
}
