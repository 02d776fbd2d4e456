import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { marks, notes, shows, waves } from '../app-process.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()

describe.skipIf(reason)(`more than one process${reason ? `: ${reason}` : ''}`, () => {
  test('rule 15: the members of a process that was killed leave after their time, and others are told', async () => {
    const { one, other, clients } = await startApp()
    const [here] = clients
    await eventually(() => here.following.members.count === 2)
    await other.kill()
    await eventually(() => here.following.members.count === 1, 10_000)
    expect(here.following.members.list).toEqual([{ key: 'ada', meta: 'here' }])
    expect((await one.notes.members()).count).toBe(1)
  })

  test('rule 8: POSTs that another process takes are stored in order, and their echo is recognised', async () => {
    const { one, other, database } = await startApp()
    const client = one.client('eve', other.hub)
    await eventually(() => shows(client, []))
    const doubled: string[] = []
    client.following.observers.add({
      changed() {
        const state = client.following.state as string[]
        if (new Set(state).size < state.length) doubled.push(state.join())
      },
    })
    const all = Array.from({ length: 30 }, (_, n) => `note ${n}`)
    await Promise.all(
      all.map((note) => client.session.publish(notes, undefined, note, { optimistic: () => note })),
    )
    await eventually(() => client.told.length >= all.length && shows(client, all))
    expect(client.told).toEqual(all)
    expect(database).toEqual(all)
    expect(doubled).toEqual([])
  })

  test('rule 10: of what is `latest` each gets the newest, and what is `volatile` once', async () => {
    const { one, other, clients } = await startApp()
    const [here, there] = clients
    const heard: string[][] = [[], []]
    const marked = clients.map(({ session }, index) => {
      session.follow(waves, undefined, {
        changed() {},
        event: (event) => void heard[index]?.push(event as string),
      })
      return session.follow(marks, undefined, { changed() {} }).following
    })
    await eventually(() => marked.every(({ status }) => status === 'live'))
    for (let n = 1; n <= 20; n++) {
      await Promise.all([
        here.session.publish(marks, undefined, `ada ${n}`),
        there.session.publish(marks, undefined, `bob ${n}`),
      ])
    }
    await here.session.publish(waves, undefined, 'hello')
    await there.session.publish(waves, undefined, 'bye')
    const newest = (state: unknown): boolean =>
      (state as string[]).toSorted().join() === 'ada 20,bob 20'
    await eventually(() => marked.every(({ state }) => newest(state)))
    await eventually(() => heard.every((waved) => waved.length === 2))
    expect(heard.map((waved) => waved.toSorted())).toEqual([
      ['bye', 'hello'],
      ['bye', 'hello'],
    ])
    // Who comes later begins with the newest of each, and hears nothing of before.
    const late = other.client('eve')
    const { following } = late.session.follow(marks, undefined, { changed() {} })
    await eventually(() => following.status === 'live')
    expect(newest(following.state)).toBe(true)
    expect((await one.engine.read('waves', undefined, 10)).entries).toEqual([])
  })

  test('who is kicked on one process is let go on each', async () => {
    const { one, clients } = await startApp()
    const [here, there] = clients
    await one.hub.kick({ user: 'bob' })
    await eventually(() => there.following.status === 'denied')
    expect(here.following.status).toBe('live')
  })
})
