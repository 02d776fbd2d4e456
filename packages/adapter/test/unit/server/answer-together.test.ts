import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { answerTogether } from '../../../src/server/answer-together.ts'

test('what comes in one turn goes on side by side, in its order', async () => {
  const steps: string[] = []
  const work = async (name: string): Promise<string> => {
    steps.push(`${name} begins`)
    await Promise.resolve()
    steps.push(`${name} ends`)
    return name
  }
  const answers = Promise.all([
    answerTogether(() => work('one')),
    answerTogether(() => work('other')),
  ])
  expect(steps).toEqual([])
  expect(await answers).toEqual(['one', 'other'])
  expect(steps).toEqual(['one begins', 'other begins', 'one ends', 'other ends'])
})

test('one that throws keeps no other from its answer', async () => {
  const answers = [
    answerTogether(() => {
      throw new Error('at once')
    }),
    answerTogether(() => Promise.reject(new Error('later'))),
    answerTogether(() => 'answer'),
  ]
  const outcomes = await Promise.allSettled(answers)
  expect(outcomes).toMatchObject([
    { reason: { message: 'at once' } },
    { reason: { message: 'later' } },
    { value: 'answer' },
  ])
})

test('what is begun may begin more, in another turn', async () => {
  const inner = await answerTogether(() => ({ answer: answerTogether(() => 'inner') }))
  expect(await inner.answer).toBe('inner')
})

test('each has its own context, however many come together', async () => {
  const storage = new AsyncLocalStorage<number>()
  const seen = await Promise.all(
    [1, 2, 3].map((number) =>
      storage.run(number, () =>
        answerTogether(async () => {
          const before = storage.getStore()
          await Promise.resolve()
          return [before, storage.getStore()]
        }),
      ),
    ),
  )
  expect(seen).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})
