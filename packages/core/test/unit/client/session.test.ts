import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channel } from '../../../src/channel.ts'
import { createSession } from '../../../src/client/session.ts'
import type { ClientTransport } from '../../../src/client/transport.ts'
import { anything } from '../anything.ts'

const log = channel('log', { event: anything, publish: anything })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const welcome = JSON.stringify({ ok: { v: 1, hb: 20_000, max: 65_536 } })

/** A socket whose server greets, and stores what is published. @param stored told the key of each */
const storing = (stored: (key: string) => void): ClientTransport => ({
  name: 'socket',
  open({ onMessage }) {
    let count = 0
    setTimeout(() => onMessage(welcome), 1)
    return {
      send(text) {
        for (const { id, pub } of text.split('\n').map((line) => JSON.parse(line))) {
          if (!pub) continue
          stored(pub.k)
          onMessage(JSON.stringify({ id, ack: { n: `e.${++count}.i` } }))
        }
      },
      close() {},
    }
  },
})

describe('a session whose user changes (rule 17)', () => {
  test('publishes nothing of the one as the other', async () => {
    let user = 'ada'
    const posted: string[] = []
    const opened: string[] = []
    const stream: ClientTransport = {
      name: 'stream',
      open({ onMessage }) {
        opened.push(user)
        const ok = { v: 1, hb: 20_000, max: 65_536, u: user }
        setTimeout(() => onMessage(JSON.stringify({ ok })), 1)
        return { send() {}, close() {} }
      },
      async post(_url, body) {
        const [{ hi }, { id, pub }] = body.split('\n').map((line) => JSON.parse(line))
        if (hi.u !== user) return JSON.stringify({ bye: { code: 4203 } })
        posted.push(`${user}: ${pub.d}`)
        return JSON.stringify({ id, ack: { n: 'e.1.i1' } })
      },
    }
    const session = createSession({ url: 'http://localhost/realtime', transports: [stream] })
    const first = session.publish(log, undefined, 'of ada')
    await vi.advanceTimersByTimeAsync(10)
    await first
    // The cookies change, and the stream is still of who opened it.
    user = 'bob'
    const second = session.publish(log, undefined, 'of ada, too')
    const refused = expect(second).rejects.toMatchObject({ code: 'unknown-outcome' })
    await vi.advanceTimersByTimeAsync(1_000)
    await refused
    const third = session.publish(log, undefined, 'of bob')
    await vi.advanceTimersByTimeAsync(1_000)
    await third
    expect(opened).toEqual(['ada', 'bob'])
    expect(posted).toEqual(['ada: of ada', 'bob: of bob'])
    session.close()
  })
})

test('rule 8: a stream that answers what nobody follows any more gives way to one without it', async () => {
  const streams: { asked: string[]; tell: (frame: object) => void }[] = []
  const stream: ClientTransport = {
    name: 'stream',
    open({ greeting, onMessage }) {
      const [, ...subs] = greeting.split('\n').map((line) => JSON.parse(line))
      streams.push({
        asked: subs.map(({ sub }) => sub.ch),
        tell: (frame) => onMessage(JSON.stringify(frame)),
      })
      return { send() {}, close() {} }
    },
    post: async () => '',
  }
  const session = createSession({ url: 'http://localhost/realtime', transports: [stream] })
  const other = channel('other', { event: anything })
  session.follow(log, undefined, { changed() {} })
  const { end } = session.follow(other, undefined, { changed() {} })
  await vi.advanceTimersByTimeAsync(1)
  const first = streams.at(-1)
  expect(first?.asked).toEqual(['log'])
  first?.tell({ ok: { v: 1, hb: 20_000, max: 65_536 } })
  first?.tell({ id: 1, on: { c: 1, at: 'e.1.i1', s: [] } })
  await vi.advanceTimersByTimeAsync(1)
  const next = streams.at(-1)
  expect(next?.asked).toEqual(['log', 'other'])
  // Nobody follows it any more when it is answered.
  end()
  next?.tell({ ok: { v: 1, hb: 20_000, max: 65_536 } })
  next?.tell({ id: 2, on: { c: 1, at: 'e.1.i1' } })
  next?.tell({ id: 3, on: { c: 2, at: 'e.1.i1', s: [] } })
  await vi.advanceTimersByTimeAsync(1)
  expect(streams.at(-1)?.asked).toEqual(['log'])
  expect(streams).toHaveLength(3)
  session.close()
})

describe('rule 5: a connection that the server refuses', () => {
  const refusing = (refuses: () => boolean): ClientTransport => ({
    name: 'socket',
    open({ onMessage, onEnd }) {
      setTimeout(() => {
        if (refuses()) onEnd({ outcome: 'refused' })
        else onMessage(welcome)
      }, 1)
      return { send() {}, close() {} }
    },
  })
  const url = 'http://localhost/realtime'

  test('lets nothing wait for it, and nothing is shown as sent', async () => {
    const session = createSession({ url, transports: [refusing(() => true)] })
    const { following } = session.follow(log, undefined, { changed() {} })
    const sent = session.publish(log, undefined, 'a', { optimistic: () => 'shown' })
    const refused = expect(sent).rejects.toMatchObject({ code: 'denied' })
    await vi.advanceTimersByTimeAsync(5)
    await refused
    expect(following.state).toEqual([])
    // Who publishes asks again, and gets an answer again.
    const again = expect(session.publish(log, undefined, 'b')).rejects.toMatchObject({
      code: 'denied',
    })
    await vi.advanceTimersByTimeAsync(5)
    await again
    session.close()
  })

  test('is another thing than one that we close', async () => {
    const session = createSession({ url, transports: [refusing(() => false)] })
    const given = expect(session.publish(log, undefined, 'a')).rejects.toMatchObject({
      code: 'unavailable',
    })
    session.close()
    await given
  })

  test('leaves open what has become of what was sent before', async () => {
    let refuses = false
    const session = createSession({ url, transports: [refusing(() => refuses)] })
    const sent = session.publish(log, undefined, 'a')
    await vi.advanceTimersByTimeAsync(5)
    refuses = true
    const refused = expect(sent).rejects.toMatchObject({ code: 'unknown-outcome' })
    session.interrupt()
    await vi.advanceTimersByTimeAsync(60_000)
    await refused
    session.close()
  })
})

test('a publication that cannot be shown before it is stored is stored all the same', async () => {
  const errors: unknown[] = []
  const keys: string[] = []
  const socket = storing((key) => keys.push(key))
  const url = 'http://localhost/realtime'
  const onError = (error: unknown) => void errors.push((error as Error).message)
  const session = createSession({ url, transports: [socket], onError })
  session.follow(log, undefined, { changed() {} })
  const stored = session.publish(log, undefined, 'a', {
    optimistic() {
      throw new Error('boom')
    },
  })
  await vi.advanceTimersByTimeAsync(5)
  expect(await stored).toEqual({ position: 'e.1.i' })
  expect(keys).toHaveLength(1)
  expect(errors).toEqual(['boom'])
  session.close()
})

test.each(['', 'a'.repeat(101)])(
  'rule 5: a publication with the key %j is refused before it is sent',
  async (key) => {
    const stored: string[] = []
    const transports = [storing((one) => stored.push(one))]
    const session = createSession({ url: 'http://localhost/realtime', transports })
    await expect(session.publish(log, undefined, 'a', { key })).rejects.toMatchObject({
      code: 'bad-argument',
    })
    const longest = 'a'.repeat(100)
    const sent = session.publish(log, undefined, 'b', { key: longest })
    await vi.advanceTimersByTimeAsync(10)
    await sent
    expect(stored).toEqual([longest])
    session.close()
  },
)

describe('a session on a page without TLS', () => {
  test('publishes, though its browser has no randomUUID there', async () => {
    const getRandomValues = crypto.getRandomValues.bind(crypto)
    vi.stubGlobal('crypto', { getRandomValues })
    const keys: string[] = []
    const socket = storing((key) => keys.push(key))
    try {
      const session = createSession({ url: 'http://192.0.2.1/realtime', transports: [socket] })
      const stored = Promise.all(
        ['one', 'two'].map((text) => session.publish(log, undefined, text)),
      )
      await vi.advanceTimersByTimeAsync(10)
      await stored
      expect(new Set(keys).size).toBe(2)
      session.close()
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

test('a pause is as if there were no network, as long as the longest; ending it twice is once', async () => {
  const open = new Set<object>()
  let opened = 0
  const socket: ClientTransport = {
    name: 'socket',
    open({ onMessage }) {
      opened++
      const one = {}
      open.add(one)
      setTimeout(() => onMessage(welcome), 1)
      return { send() {}, close: () => void open.delete(one) }
    },
  }
  const session = createSession({ url: 'http://localhost/realtime', transports: [socket] })
  session.pause()()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(opened).toBe(0)
  const { following, end } = session.follow(log, undefined, { changed() {} })
  await vi.advanceTimersByTimeAsync(10)
  expect(session.status).toBe('open')
  const [one, other] = [session.pause(), session.pause()]
  expect([session.status, following.status, open.size]).toEqual(['offline', 'offline', 0])
  const published = session.publish(log, undefined, 'waits')
  published.catch(() => {})
  one()
  one()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([session.status, opened]).toEqual(['offline', 1])
  other()
  await vi.advanceTimersByTimeAsync(10)
  expect([session.status, opened, open.size]).toEqual(['open', 2, 1])
  end()
  session.close()
  expect(open.size).toBe(0)
})
