// @vitest-environment node
import { get, writable as svelteWritable } from 'svelte/store'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  defineStore,
  fromStore,
  isIsolated,
  isolated,
  readable,
  readonly,
  toStore,
  transport,
  writable,
} from '../../src/index.ts'
import { createScope, scopes } from '../../src/scope.ts'

beforeEach(() => {
  scopes.served = true
})

const inRequest = <T>(run: () => T): T => scopes.current.run(createScope(), run)

// Made in a module, as apps do: in no request.
const user = writable('nobody')
const custom = defineStore(() => svelteWritable('nobody'))
const session = isolated(() => ({ user: 'nobody' }))

describe('what is made of a store belongs to the same request', () => {
  test.each([
    ['readonly', readonly(user), (name: string) => user.set(name)],
    ['readonly of a custom store', readonly(custom), (name: string) => custom.set(name)],
    ['toStore', toStore(() => session.user), (name: string) => (session.user = name)],
  ])('%s', (_, store, set) => {
    for (const name of ['ada', 'bob']) {
      inRequest(() => {
        set(name)
        expect(get(store)).toBe(name)
      })
    }
    expect(isIsolated(store)).toBe(true)
    expect(() => get(store)).toThrow(expect.objectContaining({ code: 'no-scope' }))
  })

  test.each([
    ['a writable', fromStore(user)],
    ['a custom store', fromStore(custom)],
  ])('fromStore of %s', (_, object) => {
    for (const name of ['ada', 'bob']) {
      inRequest(() => {
        expect(object.current).toBe('nobody')
        object.current = name
        expect(object.current).toBe(name)
      })
    }
  })

  test('toStore sets in the request that does', () => {
    const store = toStore(
      () => session.user,
      (name) => (session.user = name),
    )
    inRequest(() => {
      store.set('ada')
      store.update((name) => `${name}!`)
      expect(session.user).toBe('ada!')
    })
    inRequest(() => expect(session.user).toBe('nobody'))
  })
})

test('a readonly store is carried as the one that it is of', () => {
  const cart = writable(['tea'], { key: 'readonly cart' })
  inRequest(() =>
    expect(transport.KitrtStore.encode(readonly(cart))).toEqual(['readonly cart', ['tea']]),
  )
})

test('plain stores become what svelte/store makes of them', () => {
  const plain = svelteWritable(1)
  expect([get(readonly(plain)), fromStore(plain).current]).toEqual([1, 1])
  expect(isIsolated(readonly(plain))).toBe(false)
  expect(inRequest(() => fromStore(readable(1)).current)).toBe(1)
})
