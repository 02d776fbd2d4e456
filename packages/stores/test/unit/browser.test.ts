import { stringify } from 'devalue'
import { get, writable as svelteWritable } from 'svelte/store'
import type { Writable } from 'svelte/store'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { keyedScope } from './keyed-scope.ts'
import { insertDataBlock } from '../../src/server/data-block.ts'
import { createTransport as createServerTransport } from '../../src/transport.ts'

/** A page as the server writes it. */
function writePage(values: Record<string, unknown> = {}): string {
  const reads = Object.entries(values).map(([key, value]) => [key, () => value])
  return insertDataBlock('<head></head>', keyedScope(Object.fromEntries(reads)))
}

/** The package as the browser loads it with a page. */
function loadPage(html: string): Promise<typeof import('../../src/browser.ts')> {
  document.head.innerHTML = html.slice('<head>'.length, -'</head>'.length)
  vi.resetModules()
  return import('../../src/browser.ts')
}

const load = (values?: Record<string, unknown>): ReturnType<typeof loadPage> =>
  loadPage(writePage(values))

beforeEach(() => {
  vi.resetModules()
})

describe('a keyed store', () => {
  test.each([
    ['text', 'from the server'],
    ['zero', 0],
    ['an empty string', ''],
    ['false', false],
    ['null', null],
    ['undefined', undefined],
    ['a date', new Date(0)],
    ['records', [{ name: 'tea', tags: ['</script>', 0, null] }]],
    ['markup', '</script><!--'],
  ])('begins with what the page carries: %s', async (_, value) => {
    const { writable, readable } = await load({ here: value })
    expect(get(writable<unknown>('own', { key: 'here' }))).toEqual(value)
    expect(get(readable<unknown>('own', { key: 'here' }))).toEqual(value)
  })

  test('begins with its own value where the page carries none for its key', async () => {
    const { writable } = await load({ other: 1 })
    expect(get(writable('own', { key: 'here' }))).toBe('own')
  })

  test('begins with its own value where the page carries none at all', async () => {
    const { writable } = await load()
    expect(document.getElementById('kitrt-stores')).toBeNull()
    expect(get(writable('own', { key: 'here' }))).toBe('own')
  })

  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    'may be named %s like a member of every object',
    async (key) => {
      const { writable } = await load({ other: 1 })
      expect(get(writable('own', { key }))).toBe('own')
    },
  )

  test('takes start and options together', async () => {
    const { writable } = await load({ here: 5 })
    const stop = vi.fn<() => void>()
    const store = writable(
      0,
      (_set, update) => {
        update((before) => before + 1)
        return stop
      },
      { key: 'here' },
    )
    expect(get(store)).toBe(6)
    expect(stop).toHaveBeenCalledTimes(1)
  })
})

describe('a store without a key', () => {
  test('begins with its own value, and does not look at the page', async () => {
    const { writable, readable } = await load({ here: 1 })
    const look = vi.spyOn(document, 'getElementById')
    const object = {}
    expect(get(writable(object))).toBe(object)
    expect(get(readable('x', (set) => set('y')))).toBe('y')
    expect(look).not.toHaveBeenCalled()
    look.mockRestore()
  })
})

test('stores are svelte/store’s own', async () => {
  const { writable, derived } = await load()
  expect(derived).toBe((await import('svelte/store')).derived)
  const count = writable(1)
  const double = derived(count, (value) => value * 2)
  count.update((before) => before + 1)
  expect(get(double)).toBe(4)
})

test('who reads a value of the page has it alone', async () => {
  await load({ plain: { items: ['a'] }, dated: { items: [new Date(0)] } })
  const { hydrated } = await import('../../src/hydrate.ts')
  for (const key of ['plain', 'dated']) {
    const { items } = hydrated(key) as { items: unknown[] }
    items.push('b')
    expect((hydrated(key) as { items: unknown[] }).items).toHaveLength(1)
  }
})

test('the page is read once', async () => {
  const { writable } = await load({ a: 1, b: 2 })
  const look = vi.spyOn(document, 'getElementById')
  expect([get(writable(0, { key: 'a' })), get(writable(0, { key: 'b' }))]).toEqual([1, 2])
  // one block in the head, one at the end of a streamed page
  expect(look).toHaveBeenCalledTimes(2)
  look.mockRestore()
})

test('nothing is isolated in the browser', async () => {
  const { writable, isIsolated } = await load()
  expect(isIsolated(writable(0))).toBe(false)
})

test('the block holds each value as devalue writes it', async () => {
  await load({ a: new Map([['b', 1n]]) })
  const text = document.getElementById('kitrt-stores')?.textContent
  expect(text).toBe(`{"a":${stringify(new Map([['b', 1n]]))}}`)
})

describe('a page that is still streaming', () => {
  function streaming(state: DocumentReadyState): void {
    vi.spyOn(document, 'readyState', 'get').mockReturnValue(state)
  }

  test('its stores are given what comes at its end', async () => {
    streaming('loading')
    const { defineStore, readable, writable } = await load({ a: 1, b: 1 })
    const stores = [
      writable(0, { key: 'a' }),
      readable(0, { key: 'late' }),
      defineStore(() => svelteWritable(0), { key: 'b' }),
    ]
    expect(stores.map((store) => get(store))).toEqual([1, 0, 1])
    const end = document.createElement('script')
    end.id = 'kitrt-stores-late'
    end.type = 'application/json'
    end.textContent = '{"a":[2],"b":[3],"late":[4]}'
    document.body.append(end)
    document.dispatchEvent(new Event('DOMContentLoaded'))
    expect(stores.map((store) => get(store))).toEqual([2, 4, 3])
    end.remove()
    vi.restoreAllMocks()
  })

  test('one that has ended has told everything', async () => {
    streaming('interactive')
    const { writable } = await load({ a: 1 })
    const listen = vi.spyOn(document, 'addEventListener')
    writable(0, { key: 'a' })
    expect(listen).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})

describe('defineStore', () => {
  test('is made at once, with the fetch of the browser, and given the value of the page by set', async () => {
    const { defineStore } = await load({ todos: ['server'] })
    const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('ok'))
    let given: unknown
    const todos = defineStore(
      (context) => {
        given = context
        return Object.assign(svelteWritable<string[]>([]), { add: () => {} })
      },
      { key: 'todos' },
    )
    expect(get(todos)).toEqual(['server'])
    expect(todos.add).toBeTypeOf('function')
    const context = given as { event: unknown; fetch: (url: string) => Promise<Response> }
    expect(context.event).toBeUndefined()
    expect(await (await context.fetch('/x')).text()).toBe('ok')
    expect(fetch).toHaveBeenCalledWith('/x', undefined)
    vi.restoreAllMocks()
  })
})

describe('isolated', () => {
  class Counter {
    #count: number
    constructor(count = 0) {
      this.#count = count
    }
    static from = (data: { count: number }): Counter => new Counter(data.count)
    get count(): number {
      return this.#count
    }
  }
  const options = {
    key: 'counter',
    snapshot: ({ count }: Counter) => ({ count }),
    restore: Counter.from,
  }

  test('is the object itself, made of what the page carries', async () => {
    const { isolated } = await load({ counter: { count: 7 } })
    const counter = isolated(() => new Counter(), options)
    expect(counter).toBeInstanceOf(Counter)
    expect(counter.count).toBe(7)
  })

  test('is made anew where the page carries nothing', async () => {
    const { isolated } = await load({})
    expect(isolated(() => new Counter(1), options).count).toBe(1)
    expect(isolated(() => new Counter(2)).count).toBe(2)
  })
})

describe('a module that is evaluated again, as by hot reloading', () => {
  class Account {
    #items: string[]
    constructor(items: string[] = []) {
      this.#items = items
    }
    add(item: string): void {
      this.#items.push(item)
    }
    get items(): string[] {
      return this.#items
    }
  }
  const keyed = (key: string) => ({
    key,
    snapshot: ({ items }: Account) => ({ items }),
    restore: ({ items }: { items: string[] }) => new Account(items),
  })

  test('finds the value of its writable, also after many times', async () => {
    const { writable } = await load({ count: 1 })
    const evaluate = (): Writable<number> => writable(0, { key: 'count' })
    evaluate().set(5)
    expect(get(evaluate())).toBe(5)
    evaluate().update((value) => value + 1)
    expect(get(evaluate())).toBe(6)
  })

  test('finds the value of its readable, and starts it anew', async () => {
    const { readable } = await load()
    const start = vi.fn<(set: (value: number) => void) => void>((set) => set(7))
    const keep = readable(0, start, { key: 'started' }).subscribe(() => {})
    expect(get(readable(0, () => {}, { key: 'started' }))).toBe(7)
    expect(start).toHaveBeenCalledTimes(1)
    keep()
  })

  test('finds the value of its custom store that has a set', async () => {
    const { defineStore } = await load({ todos: ['server'] })
    const evaluate = (edit: string) =>
      defineStore(
        () => {
          const { set, subscribe, update } = svelteWritable<string[]>([])
          return { set, subscribe, add: () => update((items) => [...items, edit]) }
        },
        { key: 'todos' },
      )
    evaluate('before').add()
    const after = evaluate('after')
    after.add()
    expect(get(after)).toEqual(['server', 'before', 'after'])
  })

  test('finds what its object held, in an object of the new class', async () => {
    const { isolated } = await load({ account: { items: ['server'] } })
    isolated(() => new Account(), keyed('account')).add('browser')
    class Edited extends Account {}
    const edited = isolated(() => new Edited(), {
      ...keyed('account'),
      restore: ({ items }: { items: string[] }) => new Edited([...items, 'edited']),
    })
    expect(edited).toBeInstanceOf(Edited)
    expect(edited.items).toEqual(['server', 'browser', 'edited'])
  })

  test('fails where the new code does not take the old data, which waits for code that does', async () => {
    const { isolated } = await load()
    isolated(() => new Account(), keyed('strict')).add('old')
    const restore = (): never => {
      throw new TypeError('no such field')
    }
    expect(() => isolated(() => new Account(), { ...keyed('strict'), restore })).toThrow(TypeError)
    expect(isolated(() => new Account(), keyed('strict')).items).toEqual(['old'])
  })

  test('begins anew with stores that have no key, as svelte/store’s do', async () => {
    const { writable, isolated } = await load()
    const evaluate = () => [writable(0), isolated(() => new Account())] as const
    const [count, account] = evaluate()
    count.set(1)
    account.add('one')
    const [countAgain, accountAgain] = evaluate()
    expect([get(countAgain), accountAgain.items]).toEqual([0, []])
  })
})

describe('transport', () => {
  test('one store for its key, for as long as the page lives, updated in place', async () => {
    const { transport } = await load()
    const { decode } = transport.KitrtStore
    const first = decode(['user', 'ada']) as Writable<string>
    const seen: string[] = []
    first.subscribe((user) => seen.push(user))
    first.set('changed here')
    const second = decode(['user', 'bob'])
    expect(second).toBe(first)
    expect(seen).toEqual(['ada', 'changed here', 'bob'])
  })

  test('a keyed store of a module is given what a load function brings', async () => {
    const { transport, writable, defineStore } = await load({ cart: ['page'] })
    const cart = writable<string[]>([], { key: 'cart' })
    const todos = defineStore(() => svelteWritable<string[]>([]), { key: 'todos' })
    expect(get(cart)).toEqual(['page'])
    transport.KitrtStore.decode(['cart', ['load']])
    transport.KitrtStore.decode(['todos', ['load']])
    expect([get(cart), get(todos)]).toEqual([['load'], ['load']])
  })

  test('also when the load function comes before the module', async () => {
    const { transport, writable } = await load()
    const brought = transport.KitrtStore.decode(['cart', ['load']]) as Writable<string[]>
    const cart = writable<string[]>([], { key: 'cart' })
    expect(get(cart)).toEqual(['load'])
    transport.KitrtStore.decode(['cart', ['again']])
    expect(get(cart)).toEqual(['again'])
    expect(get(brought)).toEqual(['load'])
  })

  test('nothing is carried from the browser', async () => {
    const { transport, writable } = await load()
    expect(transport.KitrtStore.encode(writable(1, { key: 'mine' }))).toBe(false)
  })
})

describe('a type of the app', () => {
  class Vector {
    readonly x: number
    readonly y: number
    constructor(x: number, y: number) {
      this.x = x
      this.y = y
    }
  }
  const types = {
    Vector: {
      encode: (value: unknown) => value instanceof Vector && [value.x, value.y],
      decode: ([x, y]: [number, number]) => new Vector(x, y),
    },
  }

  test('crosses in keyed stores, when createTransport names it', async () => {
    expect(Object.keys(createServerTransport(types)).toSorted()).toEqual([
      'KitrtChannel',
      'KitrtStore',
      'Vector',
    ])
    const html = writePage({ place: { of: new Vector(1, 2) } })
    const { createTransport, writable } = await loadPage(html)
    createTransport(types)
    const place = get(writable<{ of: Vector } | undefined>(undefined, { key: 'place' }))
    expect(place?.of).toBeInstanceOf(Vector)
    expect(place).toEqual({ of: new Vector(1, 2) })
  })

  test('that nobody has named is an error that names the store and the mend', () => {
    expect(() => writePage({ place: new WeakSet() })).toThrow(
      /store 'place' cannot be sent .*createTransport in src\/hooks\.ts/,
    )
  })
})
