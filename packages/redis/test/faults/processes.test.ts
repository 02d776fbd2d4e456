import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { notes, shows } from '../app-process.ts'
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

  test('who is kicked on one process is let go on each', async () => {
    const { one, clients } = await startApp()
    const [here, there] = clients
    await one.hub.kick({ user: 'bob' })
    await eventually(() => there.following.status === 'denied')
    expect(here.following.status).toBe('live')
  })
})
