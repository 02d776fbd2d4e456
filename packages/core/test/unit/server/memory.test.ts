import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AppendOptions, Engine } from '../../../src/server/engine.ts'
import type { EngineListener } from '../../../src/server/engine.ts'
import { memory } from '../../../src/server/memory/index.ts'
import { idOf } from '../../../src/protocol/position.ts'

const options: AppendOptions = { keyTtl: 600_000, size: 3, ttl: 10_000 }

const listener = (wake: EngineListener['wake']): EngineListener => ({ wake, hear() {}, meet() {} })
describe('the memory engine', () => {
  let engine: Engine
  beforeEach(() => {
    vi.useFakeTimers()
    engine = memory()
  })
  afterEach(async () => {
    await engine.close()
    vi.useRealTimers()
  })

  const append = (data: string, more: Partial<AppendOptions> = {}) =>
    engine.append('a', data, { ...options, ...more })
  const read = async (after?: string, limit = 10) =>
    (await engine.read('a', after, limit)).entries.map(({ data }) => data)

  test('each entry names the one before it, from the position of the empty log on', async () => {
    const [zero = ''] = await engine.lasts(['a'])
    const first = await append('1')
    const second = await append('2')
    const { entries, last } = await engine.read('a', zero, 10)
    expect(entries).toMatchObject([
      { position: first.position, previous: idOf(zero), data: '1' },
      { position: second.position, previous: idOf(first.position), data: '2' },
    ])
    expect(last).toBe(second.position)
    expect(new Set(entries.map(({ position }) => idOf(position))).size).toBe(2)
  })

  test('reads from a position on, so many at a time', async () => {
    await append('1')
    const { position } = await append('2')
    await append('3')
    expect(await read(position)).toEqual(['3'])
    expect(await read(undefined, 2)).toEqual(['1', '2'])
  })

  test('keeps so many entries, for so long, and still knows where it is', async () => {
    for (const data of ['1', '2', '3', '4', '5']) await append(data)
    expect(await read()).toEqual(['3', '4', '5'])
    const [last] = await engine.lasts(['a'])
    vi.advanceTimersByTime(options.ttl)
    expect(await read()).toEqual([])
    expect(await engine.lasts(['a'])).toEqual([last])
  })

  test('a key is stored once, for as long as it is remembered, though its entry is gone', async () => {
    const { position } = await append('1', { key: 'k' })
    expect(await append('again', { key: 'k' })).toEqual({ position, duplicate: true })
    for (const data of ['2', '3', '4', '5']) await append(data)
    expect(await append('again', { key: 'k' })).toEqual({ position, duplicate: true })
    vi.advanceTimersByTime(options.keyTtl)
    expect(await append('anew', { key: 'k' })).toMatchObject({ duplicate: false })
  })

  test('wakes who listens with each entry, and nobody who has stopped; stopping twice is once', async () => {
    const [one, other] = [vi.fn(), vi.fn()]
    const stop = await engine.listen('a', listener(one))
    await engine.listen('a', listener(other))
    await append('1')
    stop()
    stop()
    await append('2')
    await engine.append('b', '3', options)
    expect(one.mock.calls.map(([{ data }]) => data)).toEqual(['1'])
    expect(other.mock.calls.map(([{ data }]) => data)).toEqual(['1', '2'])
  })

  test('a log of which nothing is left is dropped, and no position of it, nor of the empty one, fits the next', async () => {
    const [zero = ''] = await engine.lasts(['a'])
    const { position } = await append('1', { key: 'k' })
    await vi.advanceTimersByTimeAsync(options.keyTtl + 120_000)
    const [anew = ''] = await engine.lasts(['a'])
    expect([zero, position]).not.toContain(anew)
    await append('2')
    const { entries } = await engine.read('a', zero, 10)
    expect(entries[0]?.previous).not.toBe(idOf(zero))
  })

  test('a log that somebody follows is not dropped', async () => {
    await engine.listen(
      'a',
      listener(() => {}),
    )
    const { position } = await append('1')
    await vi.advanceTimersByTimeAsync(options.keyTtl + 120_000)
    expect(await engine.lasts(['a'])).toEqual([position])
  })

  test('a signal reaches all, though one of them throws', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue()
    const heard = vi.fn()
    engine.onSignal(() => {
      throw new Error('deaf')
    })
    const stop = engine.onSignal(heard)
    await engine.signal('hello')
    stop()
    await engine.signal('again')
    expect(heard.mock.calls).toEqual([['hello']])
    expect(error).toHaveBeenCalledTimes(2)
  })
})
