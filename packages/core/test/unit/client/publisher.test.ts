import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPublisher } from '../../../src/client/publisher.ts'
import type { Publication } from '../../../src/client/publisher.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const note = (key: string, channel = 'a'): Publication => ({
  channel,
  name: channel,
  params: undefined,
  data: {},
  size: 2,
  key,
  policy: 'log',
})

function setUp(maxWaiting = 10) {
  const sent: string[] = []
  const onIdle = vi.fn()
  const publisher = createPublisher({
    maxWaiting,
    keyTtl: 600_000,
    send: ({ key }) => void sent.push(key),
    onIdle,
  })
  return { publisher, sent, onIdle }
}

describe('what a client publishes (rule 5)', () => {
  test('waits for a connection, and goes one after another within its channel', async () => {
    const { publisher, sent, onIdle } = setUp()
    const first = publisher.publish(note('1'))
    void publisher.publish(note('2'))
    void publisher.publish(note('3', 'b'))
    expect(sent).toEqual([])
    publisher.open()
    expect(sent).toEqual(['1', '3'])
    publisher.answered('1', { ack: { n: 'e.1.x' } })
    expect(await first).toEqual({ position: 'e.1.x' })
    expect(sent).toEqual(['1', '3', '2'])
    publisher.answered('2', { ack: { n: 'e.2.x' } })
    publisher.answered('3', { ack: { n: 'e.1.y' } })
    expect(onIdle).toHaveBeenCalledTimes(1)
  })

  test('is sent again in its order when the connection was lost before the answer', () => {
    const { publisher, sent } = setUp()
    void publisher.publish(note('1'))
    void publisher.publish(note('2'))
    publisher.open()
    publisher.lost()
    publisher.open()
    publisher.answered('1', { ack: { n: 'e.1.x' } })
    expect(sent).toEqual(['1', '1', '2'])
  })

  test('is sent again, after what the server asked, when it may succeed later; nothing overtakes it', () => {
    const { publisher, sent } = setUp()
    void publisher.publish(note('1'))
    publisher.open()
    publisher.answered('1', { err: { code: 'unavailable', retry: true, after: 30_000 } })
    void publisher.publish(note('2'))
    vi.advanceTimersByTime(29_999)
    expect(sent).toEqual(['1'])
    vi.advanceTimersByTime(1)
    expect(sent).toEqual(['1', '1'])
  })

  test('fails alone when it is denied', async () => {
    const { publisher, sent } = setUp()
    const first = publisher.publish(note('1'))
    void publisher.publish(note('2'))
    publisher.open()
    publisher.answered('1', { err: { code: 'denied', retry: false } })
    await expect(first).rejects.toMatchObject({ code: 'denied' })
    expect(sent).toEqual(['1', '2'])
  })

  test('fails with the words of the app, as they were said, beside those that name the channel', async () => {
    const { publisher } = setUp()
    const first = publisher.publish(note('1'))
    publisher.open()
    const message = 'Please do not shout.'
    publisher.answered('1', { err: { code: 'denied', retry: false, status: 422, message } })
    await expect(first).rejects.toMatchObject({
      code: 'denied',
      message: 'a: Please do not shout.',
      cause: { status: 422, message },
    })
  })

  test('fails with unknown-outcome when it is too late to ask whether it was stored', async () => {
    const { publisher, sent } = setUp()
    const first = publisher.publish(note('1'))
    publisher.open()
    publisher.lost()
    vi.advanceTimersByTime(600_000)
    publisher.open()
    await expect(first).rejects.toMatchObject({ code: 'unknown-outcome' })
    expect(sent).toEqual(['1'])
  })

  test('is refused, and not dropped, beyond what may wait', async () => {
    const { publisher } = setUp(1)
    void publisher.publish(note('1'))
    await expect(publisher.publish(note('2'))).rejects.toMatchObject({ code: 'unavailable' })
    expect(publisher.waiting).toBe(1)
  })

  test('says at the end what was never sent, and what may have been stored', async () => {
    const { publisher } = setUp()
    const first = publisher.publish(note('1'))
    const second = publisher.publish(note('2'))
    publisher.open()
    publisher.close()
    await expect(first).rejects.toMatchObject({ code: 'unknown-outcome' })
    await expect(second).rejects.toMatchObject({ code: 'unavailable' })
    publisher.close()
  })

  test('rule 10: what was never sent is replaced by what is newer; what was sent comes before it', async () => {
    const { publisher, sent } = setUp()
    const newest = (key: string) => ({ ...note(key), policy: 'latest' as const, about: 'ada' })
    void publisher.publish(newest('1'))
    publisher.open()
    publisher.lost()
    void publisher.publish(newest('2'))
    const third = publisher.publish(newest('3'))
    publisher.open()
    publisher.answered('1', { ack: { n: 'e.1.i1' } })
    publisher.answered('3', { ack: { n: 'e.2.i2' } })
    await third
    expect(sent).toEqual(['1', '1', '3'])
  })

  test('an answer to nothing is nothing', () => {
    const { publisher } = setUp()
    publisher.answered('x', { ack: { n: 'e.1.x' } })
    publisher.answered('x', { err: { code: 'denied', retry: false } })
    expect(publisher.waiting).toBe(0)
  })
})

describe('what a client publishes of now only (rule 10)', () => {
  const typing = (key: string): Publication => ({ ...note(key), policy: 'volatile' })
  const pointer = (key: string, about: string): Publication => ({
    ...note(key),
    policy: 'latest',
    about,
  })

  test('what is volatile does not wait for a connection, and is never sent twice', async () => {
    const { publisher, sent } = setUp()
    await expect(publisher.publish(typing('0'))).rejects.toMatchObject({ code: 'unavailable' })
    publisher.open()
    const lost = publisher.publish(typing('1'))
    publisher.lost()
    await expect(lost).rejects.toMatchObject({ code: 'unknown-outcome' })
    publisher.open()
    const failed = publisher.publish(typing('2'))
    publisher.answered('2', { err: { code: 'unavailable', retry: true } })
    await expect(failed).rejects.toMatchObject({ code: 'unavailable' })
    vi.advanceTimersByTime(60_000)
    expect(sent).toEqual(['1', '2'])
  })

  test('of what is latest and waits, the newest of each key is sent, and all who wait for it are told', async () => {
    const { publisher, sent } = setUp()
    publisher.open()
    const all = [
      publisher.publish(pointer('1', 'ada')),
      publisher.publish(pointer('2', 'ada')),
      publisher.publish(pointer('3', 'bob')),
      publisher.publish(pointer('4', 'ada')),
    ]
    expect(sent).toEqual(['1'])
    for (const [index, key] of ['1', '3', '4'].entries()) {
      publisher.answered(key, { ack: { n: `e.${index + 1}.x` } })
    }
    expect(sent).toEqual(['1', '3', '4'])
    expect((await Promise.all(all)).map(({ position }) => position)).toEqual([
      'e.1.x',
      'e.3.x',
      'e.2.x',
      'e.3.x',
    ])
  })

  test('what is published again while it waits is sent once, and both are told', async () => {
    const { publisher, sent } = setUp()
    const both = [publisher.publish(note('1')), publisher.publish(note('1'))]
    publisher.open()
    publisher.answered('1', { ack: { n: 'e.1.x' } })
    expect(await Promise.all(both)).toEqual([{ position: 'e.1.x' }, { position: 'e.1.x' }])
    expect(sent).toEqual(['1'])
  })
})
