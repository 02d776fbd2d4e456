import { expect, test } from 'vitest'
import { context, forgetContexts } from '../../../src/server/index.ts'

test('a context is one for its name', () => {
  expect(context('a')).toBe(context('a'))
  expect(context('a')).not.toBe(context('b'))
})

test('all of them can be emptied for what follows', async () => {
  const [one, two] = [context<number>('one'), context<number>('two')]
  await one.run(1, () =>
    two.run(2, async () => {
      forgetContexts()
      expect([one.getStore(), two.getStore()]).toEqual([undefined, undefined])
      await new Promise((resolve) => setImmediate(resolve))
      expect([one.getStore(), two.getStore()]).toEqual([undefined, undefined])
    }),
  )
})
