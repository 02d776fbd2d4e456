import { deepEqual, equal, ok } from 'node:assert/strict'
import type { AppendOptions, EngineListener, Entry } from '../server/engine.ts'
import type { Run } from './engine-contract.ts'
import { until } from './until.ts'

const kept: AppendOptions = { keyTtl: 600_000, size: 100, ttl: 600_000 }

/** Writes down what it is told. */
export function createNotes(): EngineListener & {
  entries: Entry[]
  heard: string[]
  met: number
} {
  const notes = {
    entries: [] as Entry[],
    heard: [] as string[],
    met: 0,
    wake: (entry?: Entry) => void (entry && notes.entries.push(entry)),
    hear: (data: string) => void notes.heard.push(data),
    meet: () => void notes.met++,
  }
  return notes
}

export function listenContract(run: Run): void {
  run('wakes who listens with each entry, as it is read', async ({ one, other }, channel) => {
    const [mine, others] = [createNotes(), createNotes()]
    await one.listen(channel, mine)
    await other.listen(channel, others)
    await one.append(channel, '"1\\n"', kept)
    await other.append(channel, '2', { ...kept, latest: 'a "b"' })
    // What was appended before is no news.
    await one.append(channel, '3', { ...kept, key: 'k' })
    await other.append(channel, '3', { ...kept, key: 'k' })
    for (const notes of [mine, others]) {
      await until(() => notes.entries.length >= 3, 'woken')
      deepEqual(notes.entries, (await one.read(channel, undefined, 100)).entries)
    }
  })

  run('what is appended when `listen` has resolved is told', async ({ one, other }, channel) => {
    for (let time = 0; time < 20; time++) {
      const notes = createNotes()
      const stop = await one.listen(`${channel} ${time}`, notes)
      await other.append(`${channel} ${time}`, '1', kept)
      await until(() => notes.entries.length === 1, 'woken')
      stop()
    }
  })

  run('who has stopped hears no more; stopping twice is once', async ({ one }, channel) => {
    const [gone, here] = [createNotes(), createNotes()]
    const stop = await one.listen(channel, gone)
    const end = await one.listen(channel, here)
    stop()
    stop()
    await one.append(channel, '1', kept)
    await until(() => here.entries.length === 1, 'woken')
    equal(gone.entries.length, 0)
    end()
    // Nobody is left; whoever comes then is told again.
    const again = createNotes()
    await one.listen(channel, again)
    await one.append(channel, '2', kept)
    await until(() => again.entries.length === 1, 'woken')
    deepEqual([gone.entries.length, here.entries.length], [0, 1])
  })

  run('one listener may be there twice, and leaves once', async ({ one }, channel) => {
    const notes = createNotes()
    const stop = await one.listen(channel, notes)
    await one.listen(channel, notes)
    stop()
    stop()
    await one.tell(channel, 'hi')
    await until(() => notes.heard.length > 0, 'told')
    deepEqual(notes.heard, ['hi'])
  })

  run('tells everybody once, and keeps nothing', async ({ one, other }, channel) => {
    const [mine, others, elsewhere] = [createNotes(), createNotes(), createNotes()]
    await one.listen(channel, mine)
    await other.listen(channel, others)
    await other.listen(`${channel}2`, elsewhere)
    for (const data of ['1', '', 'e\n3']) await one.tell(channel, data)
    await one.tell(`${channel}2`, 'end')
    await until(() => elsewhere.heard.length === 1 && mine.heard.length >= 3, 'told')
    await until(() => others.heard.length >= 3, 'told')
    deepEqual(
      [mine.heard, others.heard],
      [
        ['1', '', 'e\n3'],
        ['1', '', 'e\n3'],
      ],
    )
    deepEqual((await one.read(channel, undefined, 10)).entries, [])
    deepEqual([mine.entries, others.entries], [[], []])
  })

  run('a listener that throws does not keep it from others', async ({ one }, channel) => {
    const notes = createNotes()
    // What is thrown is reported there, by default.
    const { console } = globalThis
    const { error } = console
    let reported = 0
    console.error = () => void reported++
    try {
      await one.listen(channel, {
        ...notes,
        hear() {
          throw new Error('deaf')
        },
      })
      await one.listen(channel, notes)
      await one.tell(channel, '1')
      await until(() => notes.heard.length === 1, 'told')
    } finally {
      console.error = error
    }
    ok(reported > 0, 'what was thrown is reported')
  })

  run('a signal reaches each process, for as long as it wants', async ({ one, other }, channel) => {
    const [mine, others]: [string[], string[]] = [[], []]
    one.onSignal((message) => void mine.push(message))
    const stop = other.onSignal((message) => void others.push(message))
    // A process is there from when it listens to something.
    for (const engine of [one, other]) await engine.listen(channel, createNotes())
    await one.signal(`{"${channel}":1}`)
    await other.signal('2')
    const right = (heard: string[]): boolean =>
      heard.filter((message) => message === '2' || message.includes(channel)).length === 2
    await until(() => right(mine) && right(others), 'signalled')
    stop()
    stop()
    await one.signal('3')
    await until(() => mine.includes('3'), 'signalled')
    ok(!others.includes('3'))
  })

  run('nothing is told after `close`', async ({ one, other }, channel) => {
    if (one === other) return
    const notes = createNotes()
    const here = createNotes()
    await one.listen(channel, notes)
    await other.listen(channel, here)
    await one.close()
    await other.append(channel, '1', kept)
    await until(() => here.entries.length === 1, 'woken')
    equal(notes.entries.length, 0)
  })
}
