import { deepEqual, equal } from 'node:assert/strict'
import type { Lease } from '../server/engine.ts'
import type { Run } from './engine-contract.ts'
import { createNotes } from './listen-contract.ts'
import { until } from './until.ts'

const long = 600_000
const lease = (member: string, nonce: string, meta = '1'): Lease => ({ member, nonce, meta })

export function presenceContract(run: Run): void {
  run('members are in the order of their coming, each once', async ({ one, other }, channel) => {
    await one.lease(channel, [lease('b', '1', '"b"'), lease('c', '2')], long)
    await other.lease(channel, [lease('a', '3'), lease('b', '4', '"b2"')], long)
    deepEqual(await one.members(channel, 10), {
      list: [
        { member: 'b', meta: '"b2"' },
        { member: 'c', meta: '1' },
        { member: 'a', meta: '1' },
      ],
      count: 3,
    })
    deepEqual(await other.members(channel, 1), { list: [{ member: 'b', meta: '"b2"' }], count: 3 })
    deepEqual(await one.members(channel, 0), { list: [], count: 3 })
    deepEqual(await one.members(`${channel}2`, 10), { list: [], count: 0 })
  })

  run('a member leaves with the last of its leases', async ({ one, other }, channel) => {
    await one.lease(channel, [lease('a', '1', '"old"'), lease('a', '2', '"new"')], long)
    await one.lease(channel, [lease('b', '3')], long)
    await other.release(channel, [lease('a', '2')], 0)
    deepEqual((await one.members(channel, 10)).list[0], { member: 'a', meta: '"old"' })
    await other.release(channel, [lease('a', '1'), lease('a', 'unknown')], 0)
    deepEqual(await one.members(channel, 10), { list: [{ member: 'b', meta: '1' }], count: 1 })
    // Who comes again comes last.
    await one.lease(channel, [lease('a', '4')], long)
    deepEqual(
      (await one.members(channel, 10)).list.map(({ member }) => member),
      ['b', 'a'],
    )
  })

  run('names and metadata are kept as they are', async ({ one }, channel) => {
    const names = ['1:2', 'a\nb', '💚', '', ' ', '"']
    for (const [index, name] of names.entries()) {
      await one.lease(channel, [lease(name, `nonce "${index}"`, JSON.stringify(name))], long)
    }
    deepEqual(
      (await one.members(channel, 10)).list,
      names.map((member) => ({ member, meta: JSON.stringify(member) })),
    )
  })

  run(
    'a lease that takes other metadata shows it; members stay in order',
    async ({ one }, channel) => {
      await one.lease(channel, [lease('a', '1', '1'), lease('b', '2')], long)
      await one.lease(channel, [lease('a', '1', '2')], long)
      deepEqual(await one.members(channel, 10), {
        list: [
          { member: 'a', meta: '2' },
          { member: 'b', meta: '1' },
        ],
        count: 2,
      })
    },
  )

  run('who listens is told of changes, and not of renewals', async ({ one, other }, channel) => {
    const notes = createNotes()
    await one.listen(channel, notes)
    await other.lease(channel, [lease('a', '1')], long)
    await until(() => notes.met === 1, 'somebody came')
    await other.lease(channel, [lease('a', '1')], long)
    await other.release(channel, [lease('a', 'unknown')], 0)
    await other.lease(channel, [lease('a', '1', '2')], long)
    await until(() => notes.met >= 2, 'with other metadata')
    await other.release(channel, [lease('a', '1')], 0)
    await until(() => notes.met >= 3, 'somebody left')
    equal(notes.met, 3)
  })

  run('a lease ends by itself, and who listens is told', async ({ one, other }, channel) => {
    // Being told may be late: what counts is what is there when it was told last.
    let seen = ''
    async function look(): Promise<void> {
      const { list } = await one.members(channel, 10)
      seen = list.map(({ member }) => member).join()
    }
    await one.listen(channel, { ...createNotes(), meet: () => void look() })
    await other.lease(channel, [lease('a', '1')], 400)
    await other.lease(channel, [lease('b', '2')], long)
    await until(() => seen === 'b', 'one has left')
    deepEqual(await one.members(channel, 10), { list: [{ member: 'b', meta: '1' }], count: 1 })
  })

  run('a lease that is renewed does not end', async ({ one }, channel) => {
    await one.lease(channel, [lease('a', '1'), lease('b', '2')], 400)
    await one.lease(channel, [lease('a', '1')], long)
    await until(async () => (await one.members(channel, 10)).count === 1, 'the other has ended')
    deepEqual((await one.members(channel, 10)).list, [{ member: 'a', meta: '1' }])
  })

  run('who leaves stays for the grace time, unless back by then', async ({ one }, channel) => {
    const notes = createNotes()
    await one.listen(channel, notes)
    await one.lease(channel, [lease('a', '1'), lease('b', '2')], long)
    await one.release(channel, [lease('a', '1'), lease('b', '2')], 500)
    equal((await one.members(channel, 10)).count, 2)
    await one.lease(channel, [lease('b', '3')], long)
    await until(async () => (await one.members(channel, 10)).count === 1, 'one has left')
    deepEqual((await one.members(channel, 10)).list, [{ member: 'b', meta: '1' }])
  })

  run('a release does not make a lease longer', async ({ one }, channel) => {
    await one.lease(channel, [lease('a', '1')], 300)
    await one.release(channel, [lease('a', '1')], long)
    await until(async () => (await one.members(channel, 10)).count === 0, 'it has ended')
  })

  run('many are counted, and so many listed', async ({ one }, channel) => {
    const many = Array.from({ length: 1_500 }, (_, n) => lease(`m${n}`, `n${n}`))
    await one.lease(channel, many, long)
    const { list, count } = await one.members(channel, 100)
    deepEqual([list.length, count, list[99]?.member], [100, 1_500, 'm99'])
    await one.release(channel, many, 0)
    await until(async () => (await one.members(channel, 100)).count === 0, 'all have left')
  })
}
