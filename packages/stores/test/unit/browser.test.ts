import { stringify } from 'devalue'
import { get } from 'svelte/store'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createScope } from '../../src/scope.ts'
import { insertDataBlock } from '../../src/server/data-block.ts'

/** A page as the server wrote it, and the package as the browser then loads it. */
async function load(
  values?: Record<string, unknown>,
): Promise<typeof import('../../src/browser.ts')> {
  const scope = createScope()
  for (const [key, value] of Object.entries(values ?? {})) scope.keyed.set(key, () => value)
  const html = insertDataBlock('<head></head>', scope)
  document.head.innerHTML = html.slice('<head>'.length, -'</head>'.length)
  return import('../../src/browser.ts')
}

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

test('the page is read once', async () => {
  const { writable } = await load({ a: 1, b: 2 })
  const look = vi.spyOn(document, 'getElementById')
  expect([get(writable(0, { key: 'a' })), get(writable(0, { key: 'b' }))]).toEqual([1, 2])
  expect(look).toHaveBeenCalledTimes(1)
  look.mockRestore()
})

test('nothing is isolated in the browser', async () => {
  const { writable, isIsolated } = await load()
  expect(isIsolated(writable(0))).toBe(false)
})

test('the block is what devalue reads, and not JSON of ours', async () => {
  await load({ a: new Map([['b', 1n]]) })
  expect(document.getElementById('kitrt-stores')?.textContent).toBe(
    stringify(Object.assign(Object.create(null) as object, { a: new Map([['b', 1n]]) })),
  )
})
