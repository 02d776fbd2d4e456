import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { createJsonCodec, rawCodec } from '../../src/codec.ts'

const schema = (validate: StandardSchemaV1.Props['validate']): StandardSchemaV1 => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

/** Takes numbers, and gives them doubled. */
const double = schema((value) =>
  typeof value === 'number'
    ? { value: value * 2 }
    : { issues: [{ message: 'no number', path: ['at', { key: 0 }] }, { message: 'at all' }] },
)
const later = schema(async (value) => ({ value }))

describe('JSON', () => {
  test('is what the schema makes of it, both ways', () => {
    const { encode, decode } = createJsonCodec({ receive: double, send: double })
    expect(encode(2)).toBe('4')
    expect(decode('3')).toBe(6)
  })

  test('without a schema it is JSON of any kind', () => {
    const { encode, decode } = createJsonCodec({})
    expect(encode({ a: [1, null] })).toBe('{"a":[1,null]}')
    expect(decode('{"a":[1,null]}')).toEqual({ a: [1, null] })
  })

  test('a schema may take its time over what arrives', async () => {
    expect(await createJsonCodec({ receive: later }).decode('{"a":1}')).toEqual({ a: 1 })
  })

  test.each([
    ['"text"', 'Got an invalid message: at.0: no number; at all'],
    ['{', 'Expected JSON, got other text.'],
    [new Uint8Array([1]), 'Expected JSON, got a binary message.'],
  ])('%j is no message: %s', (data, message) => {
    const { decode } = createJsonCodec({ receive: double })
    expect(() => decode(data)).toThrow(
      expect.objectContaining({ code: 'invalid-message', message }) as Error,
    )
  })

  test.each([
    ['what does not fit', double, 'x', /got an invalid message: at\.0: no number/],
    ['what has no JSON', undefined, undefined, /expected JSON, got undefined/],
    ['what an async schema would say', later, 1, /expected a schema that is not async/],
  ])('%s cannot be sent', (_, send, value, message) => {
    const error = expect.objectContaining({
      code: 'bad-argument',
      message: expect.stringMatching(message) as string,
    }) as Error
    expect(() => createJsonCodec({ send }).encode(value)).toThrow(error)
  })
})

test('raw messages stay as they are', () => {
  const bytes = new Uint8Array([1])
  expect(rawCodec.encode(bytes)).toBe(bytes)
  expect(rawCodec.decode('x')).toBe('x')
})

test('shared memory is no message: Deno would not send it', () => {
  for (const shared of [new SharedArrayBuffer(1), new Uint8Array(new SharedArrayBuffer(1))]) {
    expect(() => rawCodec.encode(shared)).toThrow(
      expect.objectContaining({ code: 'bad-argument' }) as Error,
    )
  }
})
