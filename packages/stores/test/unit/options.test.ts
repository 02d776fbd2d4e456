import { expect, test } from 'vitest'
import { splitArguments } from '../../src/options.ts'

const start = (): void => {}

test.each([
  ['nothing', undefined, undefined, { start: undefined, key: undefined }],
  ['start', start, undefined, { start, key: undefined }],
  ['start and options', start, { key: 'a' }, { start, key: 'a' }],
  ['options', { key: 'a' }, undefined, { start: undefined, key: 'a' }],
  ['no start, and options', undefined, { key: 'a' }, { start: undefined, key: 'a' }],
  ['options without a key', {}, undefined, { start: undefined, key: undefined }],
])('%s', (_, first, second, expected) => {
  expect(splitArguments(first, second)).toEqual(expected)
})
