import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { rawConnection } from '../../../testing/raw.ts'
import type { RawConnection } from '../../../testing/raw.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { topicOf } from './news.ts'
import { openSource } from './open-source.ts'
import { readLog } from './read-log.ts'
import { readStream } from './read-stream.ts'

/** How streams end, whichever side ends them, on every runtime and in every mode. */
export function streamEndingsContract(server: () => RunningServer): void {
  const at = (path: string): string => server().url + path
  const linesOf = (id: string): Promise<string[]> => readLog(server().url, id)
  const get = (path: string, user = 'alice'): RawConnection =>
    rawConnection(
      server().port,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: user=${user}\r\n\r\n`,
      { halfOpen: true },
    )

  const leaving: Record<string, (socket: RawConnection['socket']) => void> = {
    FIN: (socket) => socket.destroy(),
    RST: (socket) => socket.resetAndDestroy(),
    // It would go on reading.
    'half-close': (socket) => socket.end(),
  }
  const left = new Map<string, string>()

  test.each(Object.entries(leaving))(
    'a client that leaves (%s) is noticed within a second',
    async (how, leave) => {
      const id = randomUUID()
      const raw = get(`/stream/seen?id=${id}`)
      await eventually(() => raw.received().includes('data: alice'))
      const ticksSeen = raw.received().split('event: tick').length - 1
      leave(raw.socket)
      const stop = await eventually(async () =>
        (await linesOf(id)).find((line) => line.startsWith('stop')),
      )
      // A second of the server's own time, 50 ms a tick, however busy the machine is.
      expect(Number(/ticks=(\d+)/.exec(stop)?.[1]) - ticksSeen).toBeLessThanOrEqual(20)
      expect(stop).toMatch(/^stop alice emit=closed /)
      raw.socket.destroy()
      left.set(how, id)
    },
  )

  test.each(Object.entries(leaving))(
    'so it is (%s) where nothing is written, which would find it out',
    async (_how, leave) => {
      const id = randomUUID()
      const { socket, answered } = get(`/stream/quiet?ms=600000&id=${id}`)
      await within(answered, 10_000, 'head')
      leave(socket)
      await eventually(async () => (await linesOf(id)).includes('stop'))
      socket.destroy()
      expect(await linesOf(id)).toEqual(['handle GET', 'stop'])
    },
  )

  test('one that vanishes in silence is noticed by maxAge, though what is written for it is taken', async () => {
    const id = randomUUID()
    const raw = get(`/stream/aging?id=${id}`)
    await eventually(() => raw.received().includes('young'))
    // Nothing of it is read any more, but its kernel takes and acknowledges it.
    raw.socket.pause()
    const stop = await eventually(async () =>
      (await linesOf(id)).find((line) => line.startsWith('stop')),
    )
    // Half a second of the server's own time, 20 ms a tick.
    expect(Number(stop.replace('stop ticks=', ''))).toBeLessThanOrEqual(25)
    raw.socket.destroy()
    left.set('silence', id)
  })

  test('one that leaves before an async start has an event is cleaned up after, too', async () => {
    const id = randomUUID()
    const raw = get(`/stream/late?ms=200&id=${id}`, 'eve')
    await eventually(async () => (await linesOf(id)).includes('start eve'))
    raw.socket.destroy()
    await eventually(async () => (await linesOf(id)).includes('stop eve'))
    expect((await linesOf(id)).toSorted()).toEqual([
      'handle GET',
      'start eve',
      'started eve',
      'stop eve',
      'stop option eve',
    ])
  })

  test('each that has left was cleaned up after once, in the scope of its request', async () => {
    expect([...left.keys()]).toEqual(['FIN', 'RST', 'half-close', 'silence'])
    for (const [how, id] of left) {
      const lines = await linesOf(id)
      expect(lines.filter((line) => line.startsWith('stop'))).toHaveLength(1)
      if (how === 'silence') continue
      expect(lines.slice(0, -1)).toEqual(['handle GET', 'start', 'unlocked alice', 'abort alice'])
    }
  })

  test('a client that still lives resumes after maxAge without a gap', async () => {
    const { path, publish } = topicOf(server().url, randomUUID(), '/stream/recent')
    const seen: string[] = []
    const resets: string[] = []
    const open = vi.fn<() => void>()
    const opens = (): number => open.mock.calls.length
    const source = openSource(at(path), { open })
    const leaves = [
      source.select().subscribe((data) => void (data && seen.push(data))),
      source.select('reset').subscribe((data) => void (data && resets.push(data))),
    ]
    await eventually(() => opens() === 1, 30_000)
    const sent: string[] = []
    while (opens() < 4 && sent.length < 450) {
      sent.push(String(sent.length))
      await publish(sent.at(-1)!)
    }
    await eventually(() => seen.length >= sent.length, 15_000)
    for (const leave of leaves) leave()
    expect({ seen, resets }).toEqual({ seen: sent, resets: [] })
    expect(opens()).toBeGreaterThan(1)
  })

  test('lock.set(false) ends it from the server, and nothing comes after', async () => {
    const id = randomUUID()
    const { next } = await readStream(at(`/stream/lock?id=${id}`))
    expect(await next()).toMatchObject({ data: 'one' })
    expect(await next()).toBe('end')
    expect((await linesOf(id)).filter((line) => line === 'stop')).toHaveLength(1)
  })

  test('HEAD does not start the producer', async () => {
    const id = randomUUID()
    const response = await fetch(at(`/stream/seen?id=${id}`), { method: 'HEAD' })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await linesOf(id)).toEqual(['handle HEAD'])
  })

  test('a reader that does not read ends its own stream, not the memory', async () => {
    const id = randomUUID()
    const raw = get(`/stream/slow?id=${id}`)
    await within(raw.answered, 10_000, 'head')
    raw.socket.pause()
    const line = await eventually(
      async () => (await linesOf(id)).find((one) => one.startsWith('slow')),
      20_000,
    )
    // 16 are the bound of a mebibyte; the rest is what the kernel and the runtime took.
    const sent = Number(line.replace(/\D/g, ''))
    expect(sent).toBeLessThan(1_000)
    // It neither reads nor leaves, and what waits for it is dropped after the `closeTimeout` of 0.5 s.
    await eventually(async () => (await linesOf(id)).includes('dropped'), 20_000)
    raw.socket.resume()
    await within(raw.ended, 10_000, 'end')
    expect(raw.received().length).toBeLessThan(sent * 2 ** 16)
    expect(raw.received()).not.toMatch(/\r\n0\r\n\r\n$/)
    raw.socket.destroy()
  })

  test('maxAge ends a stream that nobody has ended, and cleans up after it', async () => {
    const id = randomUUID()
    const { next } = await readStream(at(`/stream/aging?id=${id}`))
    expect(await next()).toMatchObject({ data: 'young' })
    while ((await next()) !== 'end');
    expect((await linesOf(id)).filter((line) => line.startsWith('stop'))).toHaveLength(1)
  })
}
