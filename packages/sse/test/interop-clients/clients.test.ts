import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { EventSource as NpmEventSource } from 'eventsource'
import type { Browser, JSHandle, Page } from 'playwright-core'
import { EventSource as UndiciEventSource } from 'undici'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../../../../testing/browser.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { createRelay } from '../../../../testing/relay.ts'
import type { Relay } from '../../../../testing/relay.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { app } from '../../../adapter/test/run-contract.ts'
import { topicOf } from '../news.ts'
import { bundle } from './bundle.ts'
import { listen } from './event-source.ts'
import type { SeenEvent } from './event-source.ts'

interface Reading {
  /** What has come so far. */
  seen(): SeenEvent[] | Promise<SeenEvent[]>
  close(): void | Promise<void>
}

type Read = (url: string, names: string[]) => Reading | Promise<Reading>

const inNode =
  (Source: unknown): Read =>
  (url, names) => {
    const { seen, close } = listen({ url, names }, Source as typeof EventSource)
    return { seen: () => seen, close }
  }

const inPage =
  (page: () => Page): Read =>
  async (url, names) => {
    const reading = await page().evaluateHandle(listen, { url, names })
    return {
      seen: () => reading.evaluate(({ seen }) => seen),
      close: () => reading.evaluate(({ close }) => close()),
    }
  }

let browser: Browser
let theirs: string
let ours: string
beforeAll(async () => {
  browser = await launchBrowser()
  ours = await bundle(join(import.meta.dirname, '../../src/client/index.ts'), 'kitrtSse')
  theirs = await bundle(join(import.meta.dirname, 'sveltekit-sse.ts'), 'sveltekitSse')
})
afterAll(() => browser?.close())

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  let server: RunningServer
  let relay: Relay
  let page: Page
  beforeAll(async () => {
    server = await serve(target, app)
    relay = await createRelay(server.port)
    // Without the app's own policy, which has no place for a worker made of text.
    page = await browser.newPage({ bypassCSP: true })
    await page.goto(relay.url)
  })
  afterAll(async () => {
    await page?.close()
    await relay?.close()
    await server?.stop()
  })

  const reading = async (read: Read, url: string, names: string[]): Promise<Reading> => {
    const opened = await read(url, names)
    onTestFinished(() => opened.close())
    return opened
  }

  const sending = (events: unknown[][]): string =>
    `${relay.url}/stream/events?send=${encodeURIComponent(JSON.stringify(events))}`

  describe.each<[string, Read]>([
    ['eventsource of npm', inNode(NpmEventSource)],
    ['undici', inNode(UndiciEventSource)],
    ['Chromium', inPage(() => page)],
  ])('EventSource: %s', (_name, read) => {
    test('reads what was sent, whatever it is', async () => {
      const sent: [string, string, string][] = [
        ['message', 'plain', '1'],
        ['named', 'one\ntwo\n', '2'],
        ['message', '', 'ключ 🗝'],
        ['grüße', ' data: x\n\nid: 666', '4'],
      ]
      const { seen } = await reading(read, sending(sent), ['message', 'named', 'grüße', 'end'])
      await eventually(async () => (await seen()).at(-1)?.type === 'end')
      expect(await seen()).toEqual([
        ...sent.map(([type, data, lastEventId]) => ({ type, data, lastEventId })),
        { type: 'end', data: '', lastEventId: '4' },
      ])
    })

    test('resumes after a cut, without a loss or a double', async () => {
      const { path, publish } = topicOf(server.url, randomUUID())
      const { seen } = await reading(read, relay.url + path, ['message', 'position', 'reset'])
      const dataOf = async (): Promise<string[]> =>
        (await seen()).filter(({ type }) => type !== 'position').map(({ data }) => data)
      await eventually(async () => (await seen()).length > 0)
      await publish('one')
      await eventually(async () => (await dataOf()).length === 1)
      relay.cut()
      for (const text of ['two', 'three\nlines\n', 'four']) await publish(text)
      relay.resume()
      await eventually(async () => (await dataOf()).length >= 4, 15_000)
      await publish('five')
      await eventually(async () => (await dataOf()).length >= 5)
      expect(await dataOf()).toEqual(['one', 'two', 'three\nlines\n', 'four', 'five'])
    })
  })

  test('our own client does in a worker, where there is neither window nor document', async () => {
    const { path, publish } = topicOf(server.url, randomUUID())
    const script = `${ours}
      const url = ${JSON.stringify(relay.url + path)}
      const source = kitrtSse.source(url, { base: 10, cap: 100, open: () => postMessage('open') })
      source.select().subscribe((data) => data && postMessage(data))`
    const seen = await page.evaluateHandle((text) => {
      const said: string[] = []
      const worker = new Worker(URL.createObjectURL(new Blob([text])))
      worker.addEventListener('message', ({ data }) => void said.push(data))
      return said
    }, script)
    const told = (): Promise<string[]> => seen.evaluate((all) => all)
    await eventually(async () => (await told()).length === 1)
    await publish('one')
    await eventually(async () => (await told()).length === 2)
    relay.cut()
    await publish('two')
    relay.resume()
    await eventually(async () => (await told()).length === 4, 15_000)
    expect(await told()).toEqual(['open', 'one', 'open', 'two'])
  })

  describe('sveltekit-sse', () => {
    /** The part of it that is asked for here; its own types do not resolve. */
    interface SveltekitSse {
      source(
        from: string,
        options: {
          options: {
            method: string
            headers: Record<string, string>
            onmessage(message: { id: string }): void
          }
          close(event: { connect(): Promise<void> }): void
        },
      ): { select(name: string): { subscribe(run: (data: string) => void): void } }
    }

    interface Theirs {
      seen: string[]
      closes: number
      /** Ends with the connection. */
      connect(): Promise<void>
    }

    /** As its README has it. Of unnamed events it knows only under no name; the id is kept by its user. */
    async function source(path: string): Promise<JSHandle<Theirs>> {
      await page.evaluate(theirs)
      return page.evaluateHandle((from) => {
        const { sveltekitSse } = globalThis as unknown as { sveltekitSse: SveltekitSse }
        const headers: Record<string, string> = {}
        const made: Theirs = { seen: [], closes: 0, connect: async () => {} }
        const connection = sveltekitSse.source(from, {
          options: {
            method: 'GET',
            headers,
            onmessage: ({ id }) => void (id && (headers['last-event-id'] = id)),
          },
          close({ connect }) {
            made.closes++
            made.connect = connect
          },
        })
        for (const name of ['', 'named']) {
          connection.select(name).subscribe((data) => void (data && made.seen.push(data)))
        }
        return made
      }, path)
    }

    test('reads what was sent', async () => {
      const made = await source(
        sending([
          ['message', 'plain'],
          ['named', 'one\ntwo', '2'],
          ['message', { a: [1, 'ü'] }],
        ]).replace(relay.url, ''),
      )
      const expected = ['plain', 'one\ntwo', '{"a":[1,"ü"]}']
      await eventually(async () => (await made.evaluate(({ seen }) => seen)).length >= 3)
      expect(await made.evaluate(({ seen }) => seen)).toEqual(expected)
    })

    test('resumes where its user says that it was, without a loss or a double', async () => {
      const { path, publish, end } = topicOf(server.url, randomUUID())
      const made = await source(path)
      const seen = (): Promise<string[]> => made.evaluate((one) => one.seen)
      await eventually(async () => {
        await publish('one')
        return (await seen()).length > 0
      })
      const before = (await seen()).length
      await end()
      await eventually(async () => (await made.evaluate(({ closes }) => closes)) === 1)
      for (const text of ['two', 'three', 'four']) await publish(text)
      await made.evaluate(({ connect }) => void connect())
      await eventually(async () => (await seen()).length >= before + 3)
      expect((await seen()).slice(before)).toEqual(['two', 'three', 'four'])
    })
  })
})
