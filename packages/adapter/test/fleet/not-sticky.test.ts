import { randomUUID } from 'node:crypto'
import { createSession } from '@kitrt/core/client'
import type { Following } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis, startRedis } from '../../../../testing/redis-server.ts'
import { lounge } from '../app/src/lib/lounge.ts'
import { hall } from '../app/src/lib/social.ts'
import { answeredBy, runFront } from './front.ts'
import { startProcesses } from './processes.ts'

const reason = (await lacksRedis()) ?? (await debianPackages('haproxy', 'openssl'))

/** How long anything may take that takes a moment, in ms: less than a heartbeat, which would hide that it was missed. */
const moment = 15_000

describe.skipIf(reason)(`without sticky sessions${reason ? `: ${reason}` : ''}`, () => {
  let url = ''
  const ends: (() => unknown)[] = []

  beforeAll(async () => {
    const redis = await startRedis()
    ends.push(redis.stop)
    const processes = await startProcesses({ REDIS_URL: redis.url })
    ends.push(processes.close)
    const front = await runFront(processes.ports)
    ends.push(front.stop)
    url = front.url
  })
  afterAll(async () => {
    // oxlint-disable-next-line no-await-in-loop -- the other way round
    for (const end of ends.toReversed()) await end()
  })

  /** A client over streams, and which processes have answered it. */
  function open(path: string) {
    const by = { streams: [] as string[], posts: [] as string[] }
    const transport = eventStream({
      async fetch(...request) {
        const response = await fetch(...request)
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
        by[isStream ? 'streams' : 'posts'].push(response.headers.get(answeredBy) ?? 'nobody')
        return response
      },
    })
    const errors: unknown[] = []
    const session = createSession({
      url: url + path,
      transports: [transport],
      onError: (error) => void errors.push(error),
    })
    onTestFinished(() => session.close())
    return { session, by, errors }
  }
  const live = (following: Following): Promise<true> =>
    eventually(() => following.status === 'live' || undefined, moment)

  test('rule 8: what POSTs bring to other processes than the one with the stream is stored in order, and each echo takes the place of what was shown early, once', async () => {
    const { session, by, errors } = open('/realtime/lounge')
    const reader = open('/realtime/lounge')
    const params = { id: randomUUID() }
    const told: Record<'writer' | 'reader', string[]> = { writer: [], reader: [] }
    const states: string[][] = []
    const textsOf = ({ state }: Following): string[] =>
      (state as { text: string }[]).map(({ text }) => text)
    const { following } = session.follow(lounge, params, {
      changed: () => void states.push(textsOf(following)),
      event: (event) => void told.writer.push((event as { text: string }).text),
    })
    const other = reader.session.follow(lounge, params, {
      changed() {},
      event: (event) => void told.reader.push((event as { text: string }).text),
    }).following
    await live(following)
    await live(other)

    const said = Array.from({ length: 40 }, (_, index) => `text ${index}`)
    await Promise.all(
      said.map((text) =>
        session.publish(
          lounge,
          params,
          { text },
          { optimistic: (id) => ({ id, text: `early ${text}` }) },
        ),
      ),
    )
    await eventually(() => told.writer.length >= 40 && told.reader.length >= 40, moment)
    expect(told).toEqual({ writer: said, reader: said })
    for (const shown of [following, other]) expect(textsOf(shown)).toEqual(said)

    // Whatever was shown early stood where the echo then was, and never beside it.
    expect(states.some((texts) => texts.some((text) => text.startsWith('early')))).toBe(true)
    for (const texts of states) {
      expect(texts.map((text) => text.replace('early ', ''))).toEqual(said.slice(0, texts.length))
    }
    // The proxy's word for it that these were other processes.
    expect(by.streams).toHaveLength(1)
    expect(by.posts).toHaveLength(40)
    expect(new Set(by.posts).size).toBe(4)
    expect(by.posts.filter((process) => process !== by.streams[0]).length).toBeGreaterThan(20)
    expect([...errors, ...reader.errors]).toEqual([])
  })

  test('rule 15: who leaves a stream behind a proxy is gone after the grace time, not at the next heartbeat', async () => {
    const params = { id: randomUUID() }
    const [ada, bob] = ['ada', 'bob'].map((user) => open(`/realtime/social?user=${user}`))
    const { following } = (ada as ReturnType<typeof open>).session.follow(hall, params, {
      changed() {},
    })
    bob?.session.follow(hall, params, { changed() {} })
    await eventually(() => following.members.count === 2, moment)
    bob?.session.close()
    await eventually(() => following.members.count === 1, moment)
    expect(following.members.list.map(({ key }) => key)).toEqual(['ada'])
  })
})
