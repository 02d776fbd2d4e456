import { describe, expect, test } from 'vitest'
import { parseMessage } from '../../../../src/server/hub/parse-message.ts'

describe('the frames of a message (rule 13)', () => {
  test('are its lines', () => {
    expect(parseMessage('{"hi":{"v":1}}\n{"id":1}', 64)).toEqual([{ hi: { v: 1 } }, { id: 1 }])
  })

  test.each(['', 'nonsense', '[]', '1', 'null', '{"a":1}\n', '{"a":1}\n\n{"b":2}'])(
    'are objects: %j is refused',
    (message) => {
      expect(() => parseMessage(message, 64)).toThrow(SyntaxError)
    },
  )

  test('may be so deep and no deeper, whatever a text holds', () => {
    const deep = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(parseMessage(deep(9), 10)).toHaveLength(1)
    expect(() => parseMessage(deep(10), 10)).toThrow('deeper than 10')
    expect(() => parseMessage(deep(100_000), 10)).toThrow('deeper than 10')
    const text = `[[{{"\\${'[{'.repeat(100)}`
    expect(parseMessage(JSON.stringify({ text }), 10)).toEqual([{ text }])
  })

  test('do not reach a prototype', () => {
    parseMessage('{"__proto__":{"polluted":true}}', 64)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
