import { get } from 'svelte/store'
import { beforeEach, expect, test } from 'vitest'
import { cart, total } from '#lib/cart.ts'

// What an app's tests of plain stores look like: no request, no handle.
beforeEach(() => cart.set([]))

test('the total is the sum of the items', () => {
  cart.update((items) => [...items, { name: 'tea', cents: 350 }])
  cart.update((items) => [...items, { name: 'cake', cents: 420 }])
  expect(get(total)).toBe(770)
})

test('each test begins anew', () => {
  expect(get(cart)).toEqual([])
  expect(get(total)).toBe(0)
})
