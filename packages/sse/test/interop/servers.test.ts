import { join } from 'node:path'
import type { Fetch } from '@kitrt/core/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createRelay } from '../../../../testing/relay.ts'
import type { Relay } from '../../../../testing/relay.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { bin, runServer } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, target } from '../../../../testing/targets.ts'
import { app } from '../../../adapter/test/run-contract.ts'
import { openSource } from '../open-source.ts'

interface Counting {
  event?: string
  /** The number in an event. @default by JSON */
  countOf?(data: string): number
  /** Whether its events have ids of its own choice, so that it knows where a client was. */
  resumes: boolean
}

const servers: Record<string, Counting & { path: string }> = {
  'better-sse': { path: '/better-sse', event: 'count', resumes: true },
  'Hono’s streamSSE': { path: '/hono', event: 'count', resumes: true },
  'tRPC’s httpSubscription': { path: '/trpc/count', resumes: true },
  // It counts its own events, from 1 for each connection.
  'sveltekit-sse’s producer': { path: '/sveltekit-sse', event: 'count', resumes: false },
}

const fromJson = (data: string): number => (JSON.parse(data) as { count: number }).count

/** Reads one, loses it, and reads on. */
async function readCut(
  relay: Relay,
  path: string,
  { event, countOf = fromJson, resumes }: Counting,
): Promise<void> {
  const asked: (string | null)[] = []
  const recorded: Fetch = (to, init) => {
    asked.push(new Headers(init?.headers).get('last-event-id'))
    return fetch(to, init)
  }
  const source = openSource(relay.url + path, { base: 1, cap: 20 }, recorded)
  const counts: number[] = []
  const leave = source.select(event).subscribe((data) => void (data && counts.push(countOf(data))))
  onTestFinished(leave)
  await eventually(() => counts.length >= 5)
  relay.cut()
  await eventually(() => source.status !== 'open')
  const before = counts.length
  relay.resume()
  await eventually(() => counts.length >= before + 5, 15_000)
  expect(source.status).toBe('open')
  leave()
  const from = (first: number, length: number) => Array.from({ length }, (_, at) => first + at)
  if (resumes) {
    expect(counts).toEqual(from(1, counts.length))
    expect(asked).toEqual([null, String(before)])
  } else {
    expect(counts).toEqual([...from(1, before), ...from(1, counts.length - before)])
  }
}

describe('our client reads', () => {
  let server: RunningServer
  let relay: Relay
  beforeAll(async () => {
    server = await runServer({
      command: [join(bin, 'bun'), '--conditions=svelte', 'servers/foreign.ts'],
      cwd: import.meta.dirname,
    })
    relay = await createRelay(server.port)
  })
  afterAll(async () => {
    await relay?.close()
    await server?.stop()
  })

  test.each(Object.entries(servers))(
    '%s, and comes back after a cut: from where it was, if the server gives ids',
    (_name, { path, ...counting }) => readCut(relay, path, counting),
  )
})

describe('our client reads SvelteKit’s query.live', () => {
  let server: RunningServer
  let relay: Relay
  beforeAll(async () => {
    server = await serve(target('node'), app)
    relay = await createRelay(server.port)
  })
  afterAll(async () => {
    await relay?.close()
    await server?.stop()
  })

  test('and comes back after a cut, though it gives no ids', async () => {
    const page = await (await fetch(`${relay.url}/stream/live`)).text()
    // What a page of it carries: its id, and an argument, which is none.
    const [, id] = /"(\w+\/ticks)\/"/.exec(page) ?? []
    await readCut(relay, `/_app/remote/${id}`, {
      resumes: false,
      countOf: (data) =>
        (JSON.parse((JSON.parse(data) as { result: string }).result) as [number])[0],
    })
  })
})
