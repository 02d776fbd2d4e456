import type { KitrtError } from '@kitrt/core'
import { describe, expect, test, vi } from 'vitest'
import type { Mock } from 'vitest'
import { createMessageIterator } from '../../../src/client/message-iterator.ts'

interface Setup {
  messages: AsyncIterableIterator<number>
  say(message: number): void
  end(): void
  leave: Mock<() => void>
}

function setup({ maxUnread, over = false }: { maxUnread?: number; over?: boolean } = {}): Setup {
  let say!: (message: number) => void
  let end!: () => void
  const leave = vi.fn<() => void>()
  const messages = createMessageIterator<number>({
    maxUnread,
    read(onMessage, onEnd) {
      say = onMessage
      end = onEnd
      // A store tells its value when it is subscribed to.
      say(-1)
      if (over) end()
      return leave
    },
  })
  return { messages, say, end, leave }
}

/** What `for await` gives, until it ends or has `most`. */
async function collect(messages: AsyncIterable<number>, most = Infinity): Promise<number[]> {
  const seen: number[] = []
  for await (const message of messages) {
    seen.push(message)
    if (seen.length === most) break
  }
  return seen
}

describe('for await', () => {
  test('gives what comes from now on, in order, also what came between two turns', async () => {
    const { messages, say, end } = setup()
    say(1)
    say(2)
    const seen = collect(messages)
    await Promise.resolve()
    say(3)
    await Promise.resolve()
    say(4)
    say(5)
    end()
    expect(await seen).toEqual([1, 2, 3, 4, 5])
  })

  test('ends with the socket, after what was unread', async () => {
    const { messages, say, end, leave } = setup()
    say(1)
    end()
    say(2)
    expect(leave).toHaveBeenCalled()
    expect((await collect(messages))[0]).toBe(1)
    expect(await messages.next()).toEqual({ value: undefined, done: true })
  })

  test('ends at once when nothing will ever come', async () => {
    const { messages, leave } = setup({ over: true })
    expect(leave).toHaveBeenCalled()
    expect(await collect(messages)).toEqual([])
  })

  test('break leaves, and what is unread is let go', async () => {
    const { messages, say, leave } = setup()
    for (const message of [1, 2, 3, 4, 5]) say(message)
    expect(await collect(messages, 2)).toEqual([1, 2])
    expect(leave).toHaveBeenCalled()
    expect(await messages.next()).toEqual({ value: undefined, done: true })
  })

  test('a throw in the loop leaves', async () => {
    const { messages, say, leave } = setup()
    say(1)
    const loop = async (): Promise<void> => {
      for await (const message of messages) throw new Error(`fault at ${message}`)
    }
    await expect(loop()).rejects.toThrow('fault at 1')
    expect(leave).toHaveBeenCalled()
  })
})

describe('a reader that is too slow', () => {
  test('is given what was kept, and then an error: nothing is lost in silence', async () => {
    const { messages, say, leave } = setup({ maxUnread: 2 })
    for (const message of [1, 2, 3]) say(message)
    // It does not wait for the reader to let the connection go.
    expect(leave).toHaveBeenCalled()
    expect(await messages.next()).toEqual({ value: 1, done: false })
    expect(await messages.next()).toEqual({ value: 2, done: false })
    await expect(messages.next()).rejects.toMatchObject({
      name: 'KitrtError',
      code: 'slow' satisfies KitrtError['code'],
      message: expect.stringContaining('2 messages'),
    })
  })

  test('a thousand may wait by default', async () => {
    const { messages, say } = setup()
    for (let message = 0; message < 1_000; message++) say(message)
    expect(await collect(messages, 1_000)).toHaveLength(1_000)
    const slow = setup()
    for (let message = 0; message <= 1_000; message++) slow.say(message)
    await expect(collect(slow.messages)).rejects.toThrow('1000 messages')
  })

  test('that leaves before it sees the error leaves in peace', async () => {
    const { messages, say } = setup({ maxUnread: 1 })
    say(1)
    say(2)
    expect(await collect(messages, 1)).toEqual([1])
  })
})

describe('by hand', () => {
  test('several calls of next are answered in their order', async () => {
    const { messages, say, end } = setup()
    const answers = [messages.next(), messages.next(), messages.next()]
    say(1)
    say(2)
    end()
    expect((await Promise.all(answers)).map(({ value }) => value)).toEqual([1, 2, undefined])
  })

  test('return ends a next that waits', async () => {
    const { messages, leave } = setup()
    const waiting = messages.next()
    expect(await messages.return!()).toEqual({ value: undefined, done: true })
    expect(await waiting).toEqual({ value: undefined, done: true })
    expect(leave).toHaveBeenCalled()
  })
})
