import { expect, test } from 'vitest'
import { beginTogether } from '../../../src/server/begin-together.ts'

test('what comes in one turn goes on side by side, in its order', async () => {
  const steps: string[] = []
  const work = async (name: string): Promise<string> => {
    steps.push(`${name} begins`)
    await Promise.resolve()
    steps.push(`${name} ends`)
    return name
  }
  const answers = Promise.all([
    beginTogether(() => work('one')),
    beginTogether(() => work('other')),
  ])
  expect(steps).toEqual([])
  expect(await answers).toEqual(['one', 'other'])
  expect(steps).toEqual(['one begins', 'other begins', 'one ends', 'other ends'])
})

test('one that throws keeps no other from its answer', async () => {
  const answers = [
    beginTogether(() => {
      throw new Error('at once')
    }),
    beginTogether(() => Promise.reject(new Error('later'))),
    beginTogether(() => 'answer'),
  ]
  const outcomes = await Promise.allSettled(answers)
  expect(outcomes).toMatchObject([
    { reason: { message: 'at once' } },
    { reason: { message: 'later' } },
    { value: 'answer' },
  ])
})

test('what is begun may begin more, in another turn', async () => {
  const inner = await beginTogether(() => ({ answer: beginTogether(() => 'inner') }))
  expect(await inner.answer).toBe('inner')
})
