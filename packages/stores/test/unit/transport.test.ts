// @vitest-environment node
import { get, writable as svelteWritable } from 'svelte/store'
import { describe, expect, test } from 'vitest'
import { defineStore, derived, isolated, transport, writable } from '../../src/index.ts'
import { createScope, scopes } from '../../src/scope.ts'

const inRequest = <T>(run: () => T): T => scopes.current.run(createScope(), run)
const { encode, decode } = transport.KitrtStore

describe('on the server', () => {
  test('a keyed store of a module is carried with the value of its request', () => {
    const cart = writable<string[]>([], { key: 'carried cart' })
    inRequest(() => {
      cart.set(['a'])
      expect(encode(cart)).toEqual(['carried cart', ['a']])
    })
    inRequest(() => expect(encode(cart)).toEqual(['carried cart', []]))
  })

  test('a keyed store that a load function makes is carried too, and belongs to that request', () => {
    for (const name of ['ada', 'bob']) {
      inRequest(() => {
        const user = writable(name, { key: 'carried user' })
        expect(encode(user)).toEqual(['carried user', name])
        expect(get(user)).toBe(name)
      })
    }
  })

  test('a custom store is carried by its value', () => {
    const todos = defineStore(() => svelteWritable(['x']), { key: 'carried todos' })
    inRequest(() => expect(encode(todos)).toEqual(['carried todos', ['x']]))
  })

  test.each([1, 'text', null, undefined, {}, [], new Map(), svelteWritable(0), () => {}])(
    'anything else is left to the others: %s',
    (value) => {
      expect(encode(value)).toBe(false)
    },
  )

  test('what cannot be carried is an error that names it and the mend', () => {
    const secret = writable('s')
    const sum = derived(secret, (value) => value)
    const object = isolated(() => ({ a: 1 }), {
      key: 'carried object',
      snapshot: (value) => value,
      restore: (value) => value,
    })
    inRequest(() => {
      expect(() => encode(secret)).toThrow(
        /the writable store made at .*transport\.test\.ts.*give it a key/,
      )
      expect(() => encode(sum)).toThrow(/the derived store .*give it a key/)
      expect(() => encode(object)).toThrow(/the isolated store .*return its snapshot/)
    })
  })

  test('decode, which clients can feed, refuses and touches no store', () => {
    const cart = writable(['mine'], { key: 'carried back' })
    inRequest(() => {
      expect(() => decode(['carried back', ['theirs']])).toThrow(
        expect.objectContaining({ code: 'bad-argument' }),
      )
      expect(get(cart)).toEqual(['mine'])
    })
  })

  test('stores made during requests take no numbers: a million of them leave no trace', () => {
    const before = scopes.handles
    inRequest(() => {
      for (let made = 0; made < 1000; made++) get(writable(made))
    })
    expect(scopes.handles).toBe(before)
  })
})
