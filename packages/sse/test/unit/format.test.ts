import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { describe, expect, test } from 'vitest'
import { comment, formatEvent, formatRetry } from '../../src/format.ts'
import type { EventFields } from '../../src/format.ts'
import { asRead, createChance } from './random.ts'

/** What a client that follows the standard makes of it. */
const parse = (chunks: string[]) => {
  const events: EventSourceMessage[] = []
  const comments: string[] = []
  const retries: number[] = []
  const errors: Error[] = []
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (text) => comments.push(text),
    onRetry: (ms) => retries.push(ms),
    onError: (error) => errors.push(error),
  })
  for (const chunk of chunks) parser.feed(chunk)
  return { events, comments, retries, errors }
}

const badArgument = expect.objectContaining({ code: 'bad-argument' })

describe('formatEvent', () => {
  test.each<[EventFields, string]>([
    [{ data: 'x' }, 'data: x\n\n'],
    [{ data: '' }, 'data: \n\n'],
    [{ event: 'message', data: 'x' }, 'data: x\n\n'],
    [{ event: 'tick', data: 'x' }, 'event: tick\ndata: x\n\n'],
    [{ event: 'tick', data: 'x', id: '7' }, 'id: 7\nevent: tick\ndata: x\n\n'],
    [{ data: 'x', id: '' }, 'id: \ndata: x\n\n'],
    [{ data: ' x' }, 'data:  x\n\n'],
    [{ data: 'a\nb' }, 'data: a\ndata: b\n\n'],
    [{ data: 'a\r\nb' }, 'data: a\ndata: b\n\n'],
    [{ data: 'a\rb' }, 'data: a\ndata: b\n\n'],
    [{ data: 'a\n\rb' }, 'data: a\ndata: \ndata: b\n\n'],
    [{ data: '\n' }, 'data: \ndata: \n\n'],
    [{ data: 'a\n\nevent: evil' }, 'data: a\ndata: \ndata: event: evil\n\n'],
    [{ data: 'a\u2028b\u2029c\u0085d' }, 'data: a\u2028b\u2029c\u0085d\n\n'],
  ])('%j is %j', (fields, text) => {
    expect(formatEvent(fields)).toBe(text)
  })

  test.each(['\n', '\r', '\r\n', '\0', 'a\nb', 'a\rb', 'a\0b'])(
    'a name or an id cannot hold %j',
    (value) => {
      expect(() => formatEvent({ event: value, data: '' })).toThrow(badArgument)
      expect(() => formatEvent({ id: value, data: '' })).toThrow(badArgument)
    },
  )

  test('the error says which field, what was expected and what was got', () => {
    expect(() => formatEvent({ id: 'a\nb', data: '' })).toThrow(
      String.raw`id expected text without line breaks and NUL, got "a\nb"`,
    )
  })
})

describe('what is written is what a client reads', () => {
  const seeds = Array.from({ length: 300 }, (_, index) => index + 1)

  test.each(seeds)('seed %d', (seed) => {
    const chance = createChance(seed)
    const written = chance.events(5)
    const stream = comment + written.map((fields) => formatEvent(fields)).join(comment)
    const { events, errors } = parse(chance.cut(stream))
    expect(
      events.map(({ event, id, data }) => ({ event, id, data })),
      `seed ${seed}`,
    ).toEqual(written.map(asRead))
    expect(errors, `seed ${seed}`).toEqual([])
  })
})

test('a comment is one, and no event', () => {
  expect(parse([comment, comment])).toEqual({
    events: [],
    comments: ['', ''],
    retries: [],
    errors: [],
  })
})

describe('formatRetry', () => {
  test.each([0, 1, 3000, Number.MAX_SAFE_INTEGER])('%d ms is what a client reads', (ms) => {
    expect(parse([formatRetry(ms)]).retries).toEqual([ms])
  })

  test.each([-1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 53, '5' as unknown as number])(
    '%s is a bad argument',
    (ms) => {
      expect(() => formatRetry(ms)).toThrow(badArgument)
    },
  )
})
