import { describe, expect, test, vi } from 'vitest'
import { createFakeReactivity } from '../../../../core/test/unit/client/fake-reactivity.ts'
import { createTextSelection } from '../../../src/client/selection.ts'
import type { JsonFallback, TextSelection } from '../../../src/client/selection.ts'

interface Setup {
  selection: TextSelection
  /** An event arrives. */
  arrives(data: string): void
  listening(): number
  effect: ReturnType<typeof createFakeReactivity>['effect']
}

function setup({ live = true } = {}): Setup {
  const { createSubscriber, effect } = createFakeReactivity()
  const listeners = new Set<{ run: (data: string) => void }>()
  const selection = createTextSelection({
    live,
    createSubscriber,
    listen(run) {
      const listener = { run }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  return {
    selection,
    arrives(data) {
      for (const { run } of listeners) run(data)
    },
    listening: () => listeners.size,
    effect,
  }
}

describe('the text of events', () => {
  test("is '' before the first", () => {
    const { selection } = setup()
    expect(selection.current).toBe('')
  })

  test('comes as it is, with none left out', () => {
    const { selection, arrives } = setup()
    const seen: string[] = []
    selection.subscribe((text) => seen.push(text))
    for (const data of ['a', 'a', '', '{"x":1}']) arrives(data)
    expect(seen).toEqual(['', 'a', 'a', '', '{"x":1}'])
    expect(selection.current).toBe('{"x":1}')
  })

  test('is listened to by the first reader, and by none after the last', () => {
    const { selection, listening, effect } = setup()
    expect(listening()).toBe(0)
    const leaveStore = selection.subscribe(() => {})
    const leaveEffect = effect(() => void selection.current)
    expect(listening()).toBe(1)
    leaveStore()
    leaveEffect()
    expect(listening()).toBe(0)
  })

  test('is not listened to on the server', () => {
    const { selection, listening, effect } = setup({ live: false })
    selection.subscribe(() => {})
    selection.json().subscribe(() => {})
    effect(() => void selection.current)
    expect(listening()).toBe(0)
  })
})

describe('json', () => {
  test('is undefined before the first event, then the data parsed', () => {
    const { selection, arrives } = setup()
    const seen: unknown[] = []
    selection.json().subscribe((value) => seen.push(value))
    for (const data of ['{"a":1}', 'null', '0', '""', 'false']) arrives(data)
    expect(seen).toEqual([undefined, { a: 1 }, null, 0, '', false])
  })

  test('the previous value stays when the data is no JSON', () => {
    const { selection, arrives } = setup()
    const seen: unknown[] = []
    selection.json().subscribe((value) => seen.push(value))
    for (const data of ['no', '1', '{', '2']) arrives(data)
    expect(seen).toEqual([undefined, undefined, 1, 1, 2])
  })

  test('or is told what could not be parsed, why, and what was before', () => {
    const { selection, arrives } = setup()
    const or = vi.fn<(fallback: JsonFallback<number>) => number>(() => -1)
    const seen: unknown[] = []
    selection.json<number>(or).subscribe((value) => seen.push(value))
    arrives('5')
    arrives('{')
    expect(or.mock.calls).toEqual([[{ raw: '{', error: expect.any(SyntaxError), previous: 5 }]])
    expect(seen).toEqual([undefined, 5, -1])
  })

  test('what or gives is the previous value of the next', () => {
    const { selection, arrives } = setup()
    const seen: unknown[] = []
    selection
      .json<number>(({ previous = 0 }) => previous + 1)
      .subscribe((value) => seen.push(value))
    for (const data of ['x', 'x', '10', 'x']) arrives(data)
    expect(seen).toEqual([undefined, 1, 2, 10, 11])
  })

  test('or may say undefined', () => {
    const { selection, arrives } = setup()
    const json = selection.json(() => undefined)
    json.subscribe(() => {})
    arrives('1')
    arrives('x')
    expect(json.current).toBeUndefined()
  })
})

describe('transform', () => {
  test('maps each value, the initial one included', () => {
    const { selection, arrives } = setup()
    const seen: unknown[] = []
    const lengths = selection.transform((text) => text.length)
    expect(lengths.current).toBe(0)
    lengths.subscribe((length) => seen.push(length))
    arrives('abc')
    expect(seen).toEqual([0, 3])
  })

  test('can be chained, after json too', () => {
    const { selection, arrives } = setup()
    const seen: unknown[] = []
    selection
      .json<{ n: number }>()
      .transform((value) => value?.n ?? 0)
      .transform((n) => n * 10)
      .transform(String)
      .subscribe((text) => seen.push(text))
    arrives('{"n":1}')
    arrives('{"n":2}')
    expect(seen).toEqual(['0', '10', '20'])
  })

  test('after json keeps the previous value of json, not of the map', () => {
    const { selection, arrives } = setup()
    const seen: unknown[] = []
    selection
      .json<number>(({ previous = 0 }) => previous + 1)
      .transform((value) => `is ${value}`)
      .subscribe((text) => seen.push(text))
    arrives('5')
    arrives('x')
    arrives('x')
    expect(seen).toEqual(['is undefined', 'is 5', 'is 6', 'is 7'])
  })

  test('leaves the selection it was made of alone', () => {
    const { selection, arrives, listening } = setup()
    const leave = selection.transform((text) => text.length).subscribe(() => {})
    const seen: string[] = []
    selection.subscribe((text) => seen.push(text))
    expect(listening()).toBe(2)
    leave()
    expect(listening()).toBe(1)
    arrives('still')
    expect(seen).toEqual(['', 'still'])
  })
})
