import { describe, expect, test } from 'vitest'
import { holdRequest, requestLife, withRequestLife } from '../../../src/server/index.ts'

/** Lets everything that is settled be told. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the life of a request', () => {
  test('is none where contexts can be trusted, and holding it does nothing', () => {
    expect(requestLife()).toBeUndefined()
    expect(() => holdRequest()()).not.toThrow()
  })

  test.each([
    ['goes out', (answered: PromiseWithResolvers<void>) => answered.resolve()],
    ['breaks off', (answered: PromiseWithResolvers<void>) => answered.reject(new Error('left'))],
  ])('ends when its response %s', async (_, settle) => {
    const answered = Promise.withResolvers<void>()
    const life = withRequestLife(answered.promise, () => requestLife())
    expect(life?.ended).toBe(false)
    settle(answered)
    await settled()
    expect(life?.ended).toBe(true)
  })

  test('goes on while something holds it', async () => {
    const { life, holds } = withRequestLife(Promise.resolve(), () => ({
      life: requestLife(),
      holds: [holdRequest(), holdRequest()],
    }))
    await settled()
    expect(life?.ended).toBe(false)
    holds[0]!()
    holds[0]!()
    expect(life?.ended).toBe(false)
    holds[1]!()
    expect(life?.ended).toBe(true)
  })

  test('begins again with a socket that opens when its response has gone out', async () => {
    const answered = Promise.withResolvers<void>()
    await withRequestLife(answered.promise, async () => {
      answered.resolve()
      await settled()
      expect(requestLife()?.ended).toBe(true)
      const release = holdRequest()
      expect(requestLife()?.ended).toBe(false)
      release()
      expect(requestLife()?.ended).toBe(true)
    })
  })

  test('is each request’s own', async () => {
    const first = withRequestLife(Promise.resolve(), () => requestLife())
    const second = withRequestLife(new Promise(() => {}), () => requestLife())
    await settled()
    expect([first?.ended, second?.ended]).toEqual([true, false])
  })
})
