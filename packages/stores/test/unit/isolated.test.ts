// @vitest-environment node
import type { RequestEvent } from '@sveltejs/kit'
import { get, writable as svelteWritable } from 'svelte/store'
import type { Writable } from 'svelte/store'
import { describe, expect, test, vi } from 'vitest'
import { defineStore, isIsolated, isolated, writable } from '../../src/index.ts'
import { createScope, scopes } from '../../src/scope.ts'
import { insertDataBlock } from '../../src/server/data-block.ts'
import { readBlock } from './read-block.ts'

const inRequest = <T>(run: () => T, event?: RequestEvent): T =>
  scopes.current.run(createScope(event), run)

/** What the current request's page would carry. */
const carried = (): Record<string, unknown> =>
  readBlock(insertDataBlock('<head></head>', scopes.current.getStore()!))

const symbol = Symbol('own')

class Account {
  #balance = 0
  static made = 0
  readonly id: number = ++Account.made
  names: string[] = [];
  [symbol] = 'by symbol'

  get balance(): number {
    return this.#balance
  }
  set balance(value: number) {
    this.#balance = value
  }
  deposit(amount: number): this {
    this.#balance += amount
    return this
  }
  toJSON(): object {
    return { balance: this.#balance }
  }
}

describe('isolated', () => {
  test('each request has its own, made when it is first used', () => {
    const create = vi.fn<() => Account>(() => new Account())
    const account = isolated(create)
    expect(create).not.toHaveBeenCalled()
    const ids = [1, 2].map(() =>
      inRequest(() => {
        account.names.push('mine')
        expect(account.names).toEqual(['mine'])
        return account.id
      }),
    )
    expect(new Set(ids).size).toBe(2)
    expect(create).toHaveBeenCalledTimes(2)
  })

  test('private members work in methods, getters and setters', () => {
    const account = isolated(() => new Account())
    inRequest(() => {
      account.deposit(5)
      account.balance += 2
      expect(account.balance).toBe(7)
      // A method that gives `this` gives the request's own object.
      expect(account.deposit(1).balance).toBe(8)
    })
  })

  test('behaves as what it stands for', () => {
    const account = isolated(() => new Account())
    inRequest(() => {
      expect(account).toBeInstanceOf(Account)
      expect(Object.getPrototypeOf(account)).toBe(Account.prototype)
      expect(account.constructor).toBe(Account)
      expect(Object.keys(account)).toEqual(['id', 'names'])
      expect(Reflect.ownKeys(account)).toEqual(['id', 'names', symbol])
      // oxlint-disable-next-line typescript/no-misused-spread -- what it does is what is asked
      expect({ ...account }).toEqual({ id: account.id, names: [], [symbol]: 'by symbol' })
      expect(JSON.stringify(account)).toBe('{"balance":0}')
      expect('deposit' in account && 'names' in account && symbol in account).toBe(true)
      expect('nothing' in account).toBe(false)
      expect(account[symbol]).toBe('by symbol')
      expect(account.deposit).toBe(account.deposit)
    })
  })

  test('can be written, given properties, and have them taken', () => {
    const record = isolated((): Record<string, unknown> => ({ a: 1 }))
    inRequest(() => {
      record['b'] = 2
      Object.defineProperty(record, 'c', { value: 3, enumerable: true })
      expect(delete record['a']).toBe(true)
      expect(Object.entries(record)).toEqual([
        ['b', 2],
        ['c', 3],
      ])
      expect(Object.getOwnPropertyDescriptor(record, 'b')).toMatchObject({
        value: 2,
        writable: true,
      })
      Object.setPrototypeOf(record, null)
      expect(Object.getPrototypeOf(record)).toBeNull()
    })
    inRequest(() => expect(Object.keys(record)).toEqual(['a']))
  })

  test('cannot be frozen: one request must not fix what others find', () => {
    const record = isolated(() => ({ a: 1 }))
    inRequest(() => {
      expect(() => Object.freeze(record)).toThrow(TypeError)
      expect(Object.isFrozen(record)).toBe(false)
    })
  })

  test.each([
    ['a Map', () => new Map([['a', 1]]), (map: Map<string, number>) => map.set('b', 2).size],
    ['a Date', () => new Date(0), (date: Date) => date.getTime() + 2],
    ['a Set', () => new Set([1]), (set: Set<number>) => [...set.add(2)].length],
    ['an array', () => [1], (array: number[]) => array.push(2)],
  ] as [string, () => object, (object: never) => number][])('%s works', (_, create, use) => {
    const object = isolated(create)
    inRequest(() => expect(use(object as never)).toBe(2))
  })

  test('a class that it holds can be constructed', () => {
    const holder = isolated(() => ({ Account }))
    inRequest(() => expect(new holder.Account()).toBeInstanceOf(Account))
  })

  test('with a key, its snapshot goes to the browser, as it is when the page is written', () => {
    const account = isolated(() => new Account(), {
      key: 'account',
      snapshot: ({ balance }) => ({ balance }),
      restore: ({ balance }) => new Account().deposit(balance),
    })
    inRequest(() => {
      account.deposit(3)
      expect(carried()).toEqual({ account: { balance: 3 } })
    })
  })

  test('without one, nothing of it leaves the server', () => {
    const account = isolated(() => new Account())
    inRequest(() => {
      account.deposit(3)
      expect(carried()).toEqual({})
    })
  })

  test('outside of any request it is an error that names it', () => {
    scopes.served = true
    const account = isolated(() => new Account())
    const error = expect.objectContaining({
      code: 'no-scope',
      message: expect.stringMatching(/isolated store made at .*isolated\.test\.ts/) as string,
    }) as Error
    expect(() => account.balance).toThrow(error)
    expect(() => Object.keys(account)).toThrow(error)
    expect(() => 'balance' in account).toThrow(error)
  })

  test('is known, also outside of any request', () => {
    expect(isIsolated(isolated(() => ({})))).toBe(true)
    expect(isIsolated(writable(0))).toBe(true)
    expect([{}, null, 1, 'x', svelteWritable(0)].map(isIsolated)).toEqual(Array(5).fill(false))
  })
})

describe('defineStore', () => {
  interface Todos extends Writable<string[]> {
    add(todo: string): void
    load(): Promise<void>
  }

  const createTodos = (fetch: (url: string) => Promise<Response>): Todos => {
    const store = svelteWritable<string[]>([])
    return {
      ...store,
      add: (todo) => store.update((todos) => [...todos, todo]),
      load: async () => store.set((await (await fetch('/todos')).json()) as string[]),
    }
  }

  test('each request has its own, with its own methods', () => {
    const todos = defineStore(({ fetch }) => createTodos(fetch))
    for (const name of ['a', 'b']) {
      inRequest(() => {
        todos.add(name)
        expect(get(todos)).toEqual([name])
      })
    }
  })

  test('is made with the fetch and the event of its request', async () => {
    const event = {
      locals: { user: 'ada' },
      fetch: (url: string) => Promise.resolve(Response.json([url])),
    } as unknown as RequestEvent
    let given: RequestEvent | undefined
    const todos = defineStore((context) => {
      given = context.event
      return createTodos(context.fetch)
    })
    await inRequest(async () => {
      await todos.load()
      expect(get(todos)).toEqual(['/todos'])
    }, event)
    expect(given).toBe(event)
  })

  test('with a key, its value goes to the browser', () => {
    const todos = defineStore(({ fetch }) => createTodos(fetch), { key: 'todos' })
    inRequest(() => {
      todos.add('write tests')
      expect(carried()).toEqual({ todos: ['write tests'] })
    })
  })
})

describe('a key that two stores have', () => {
  test('is an error that names both places, when one module makes them', () => {
    writable(0, { key: 'twice' })
    expect(() => writable(0, { key: 'twice' })).toThrow(
      expect.objectContaining({
        code: 'duplicate-key',
        message: expect.stringMatching(
          /key 'twice': one is made at .*isolated\.test\.ts:\d+:\d+.*, the other at .*isolated\.test\.ts:\d+/,
        ) as string,
      }),
    )
  })

  test('is one when a request uses both, however they came to be', async () => {
    const first = writable(0, { key: 'moved' })
    // As when a module was edited: the old store is still there, and another one is made later.
    await Promise.resolve()
    const second = writable(0, { key: 'moved' })
    inRequest(() => {
      expect(get(second)).toBe(0)
      expect(() => get(first)).toThrow(expect.objectContaining({ code: 'duplicate-key' }))
    })
    inRequest(() => expect(get(first)).toBe(0))
  })

  test('is none when the same line makes it again, as hot reloading does', () => {
    const make = () => writable(0, { key: 'same line' })
    make()
    expect(make).not.toThrow()
  })
})
