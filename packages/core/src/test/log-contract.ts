import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { epochOf, idOf, isPosition, offsetOf } from '../protocol/position.ts'
import type { AppendOptions, Engine } from '../server/engine.ts'
import type { Run } from './engine-contract.ts'
import { until } from './until.ts'

const kept: AppendOptions = { keyTtl: 600_000, size: 100, ttl: 600_000 }

const dataOf = async (engine: Engine, channel: string, after?: string, limit = 100) =>
  (await engine.read(channel, after, limit)).entries.map(({ data }) => data)

export function logContract(run: Run): void {
  run('each entry names the one before it, from the empty log on', async ({ one }, channel) => {
    const [zero = ''] = await one.lasts([channel])
    ok(isPosition(zero), zero)
    const first = await one.append(channel, '"1"', kept)
    const second = await one.append(channel, '"2"', kept)
    const { entries, last } = await one.read(channel, zero, 100)
    deepEqual(
      entries.map(({ position, previous, data }) => ({ position, previous, data })),
      [
        { position: first.position, previous: idOf(zero), data: '"1"' },
        { position: second.position, previous: idOf(first.position), data: '"2"' },
      ],
    )
    equal(last, second.position)
    equal(epochOf(second.position), epochOf(zero))
    equal(Number(offsetOf(second.position)), Number(offsetOf(first.position)) + 1)
    ok(
      entries.every(({ at }) => Math.abs(at - Date.now()) < 60_000),
      'at is ms since 1970',
    )
    deepEqual(await one.lasts([channel]), [last])
  })

  run('appends of two processes at once make one chain', async ({ one, other }, channel) => {
    const [zero = ''] = await one.lasts([channel])
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 2 ? one : other).append(channel, `${n}`, kept)),
    )
    const { entries, last } = await other.read(channel, zero, 100)
    equal(entries.length, 50)
    let id = idOf(zero)
    for (const { previous, position } of entries) {
      equal(previous, id)
      id = idOf(position)
    }
    equal(id, idOf(last))
    equal(new Set(entries.map(({ position }) => idOf(position))).size, 50)
  })

  run('data is kept as it is', async ({ one }, channel) => {
    const data = [' ', '', '"\\u0000"', 'a\nb\r\n\nc', '💚 {} %', 'x'.repeat(100_000)]
    for (const text of data) await one.append(channel, text, kept)
    for (const text of data) await one.append(channel, text, { ...kept, latest: `of\n${text}` })
    deepEqual(await dataOf(one, channel), [...data, ...data])
  })

  run('a key is stored once, by whichever process', async ({ one, other }, channel) => {
    const keyed = { ...kept, size: 2, key: 'k } {%:' }
    const [first, again] = await Promise.all([
      one.append(channel, '1', keyed),
      other.append(channel, '1', keyed),
    ])
    equal(first.position, again.position)
    notEqual(first.duplicate, again.duplicate)
    // Its entry may be gone.
    for (const data of ['2', '3', '4']) await one.append(channel, data, kept)
    await one.append(channel, '5', { ...kept, size: 2 })
    deepEqual(await one.append(channel, '1', keyed), { position: first.position, duplicate: true })
    equal((await one.append(`${channel} 2`, '1', keyed)).duplicate, false)
    equal((await one.append(channel, '1', { ...keyed, key: 'other' })).duplicate, false)
  })

  run('a key is remembered for its time, and no longer', async ({ one }, channel) => {
    const keyed = { ...kept, key: 'k', keyTtl: 300 }
    await one.append(channel, '1', keyed)
    await until(async () => !(await one.append(channel, '1', keyed)).duplicate, 'forgotten')
    deepEqual(await dataOf(one, channel), ['1', '1'])
  })

  run('keeps so many entries, and still knows where it is', async ({ one }, channel) => {
    const [zero = ''] = await one.lasts([channel])
    for (const data of ['1', '2', '3', '4', '5']) {
      await one.append(channel, data, { ...kept, size: 3 })
    }
    const { entries, last } = await one.read(channel, zero, 100)
    deepEqual(
      entries.map(({ data }) => data),
      ['3', '4', '5'],
    )
    // By which is seen that something is gone.
    notEqual(entries[0]?.previous, idOf(zero))
    equal(last, entries.at(-1)?.position)
  })

  run('keeps entries for so long, and still knows where it is', async ({ one }, channel) => {
    await one.append(channel, '1', { ...kept, ttl: 300 })
    const { position } = await one.append(channel, '2', { ...kept, ttl: 300 })
    deepEqual(await dataOf(one, channel), ['1', '2'])
    await until(async () => (await dataOf(one, channel)).length === 0, 'expired')
    deepEqual(await one.lasts([channel]), [position])
    equal((await one.read(channel, position, 100)).last, position)
    await one.append(channel, '3', kept)
    const { entries } = await one.read(channel, position, 100)
    deepEqual(
      entries.map(({ data, previous }) => ({ data, previous })),
      [{ data: '3', previous: idOf(position) }],
    )
  })

  run('reads after a position, so many at a time', async ({ one }, channel) => {
    for (const data of ['1', '2', '3', '4']) await one.append(channel, data, kept)
    const { entries, last } = await one.read(channel, undefined, 2)
    deepEqual(
      entries.map(({ data }) => data),
      ['1', '2'],
    )
    deepEqual(await dataOf(one, channel, entries[1]?.position), ['3', '4'])
    deepEqual(await dataOf(one, channel, last), [])
  })

  run('reads all that is kept after a position of another epoch', async ({ one }, channel) => {
    for (const data of ['1', '2']) await one.append(channel, data, kept)
    const [last = ''] = await one.lasts([channel])
    deepEqual(await dataOf(one, channel, `foreign.2.${idOf(last)}`), ['1', '2'])
    // What clients claim need not be true, nor a number that a store can count to.
    deepEqual(await dataOf(one, channel, `${epochOf(last)}.${'9'.repeat(20)}.x`), [])
    deepEqual(await dataOf(one, channel, `${epochOf(last)}.1.x`), ['2'])
  })

  run('of `latest` only the newest of each is kept, in order', async ({ one, other }, channel) => {
    const [zero = ''] = await one.lasts([channel])
    const positions: string[] = []
    for (const [latest, data] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['c', '4'],
      ['b', '5'],
    ] as const) {
      positions.push((await one.append(channel, data, { ...kept, latest })).position)
    }
    const { entries, last } = await other.read(channel, zero, 100)
    deepEqual(
      entries.map(({ data, latest, position }) => [data, latest, position]),
      [
        ['3', 'a', positions[2]],
        ['4', 'c', positions[3]],
        ['5', 'b', positions[4]],
      ],
    )
    equal(last, positions[4])
    deepEqual(await dataOf(one, channel, positions[2]), ['4', '5'])
    deepEqual(await dataOf(one, channel, positions[1], 2), ['3', '4'])
    await one.append(channel, '6', { ...kept, latest: 'd', size: 2 })
    deepEqual(await dataOf(one, channel), ['5', '6'])
  })

  run('what is `latest` is kept for so long', async ({ one }, channel) => {
    await one.append(channel, '1', { ...kept, latest: 'a', ttl: 300 })
    await one.append(channel, '2', { ...kept, latest: 'b' })
    await until(async () => (await dataOf(one, channel)).join() === '2', 'expired')
  })

  run('an empty channel has one position, and ids are long', async ({ one, other }, channel) => {
    const stop = await one.listen(channel, { wake() {}, hear() {}, meet() {} })
    const [zero = ''] = await one.lasts([channel])
    deepEqual(await other.lasts([channel, channel]), [zero, zero])
    equal((await other.read(channel, undefined, 10)).last, zero)
    match(idOf(zero), /^[\w-]{16,64}$/)
    await other.append(channel, '1', kept)
    equal((await one.read(channel, zero, 10)).entries[0]?.previous, idOf(zero))
    stop()
    deepEqual(await one.lasts([]), [])
  })
}
