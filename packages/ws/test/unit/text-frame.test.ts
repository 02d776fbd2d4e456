import { expect, test } from 'vitest'
import { frame, opcodes } from '../../../../testing/frame.ts'
import { textFrame } from '../../src/text-frame.ts'

test.each([0, 1, 125, 126, 2 ** 16 - 1, 2 ** 16])('frames a text of %i bytes', (length) => {
  const text = 'x'.repeat(length)
  expect(textFrame(text).equals(frame(opcodes.text, text, { masked: false }))).toBe(true)
})

test('counts the bytes of a text, not its characters', () => {
  const text = 'ü€😀'.repeat(20)
  expect(textFrame(text).equals(frame(opcodes.text, text, { masked: false }))).toBe(true)
})
