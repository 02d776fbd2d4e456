import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { checkEvery, engineTimeout, shows } from '../app-process.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()

describe.skipIf(reason)(`fault 15: Redis is frozen${reason ? `: ${reason}` : ''}`, () => {
  test('views say that they may be old, publishes are refused in time and stored once at most, and all heals', async () => {
    const { server, one, other, clients } = await startApp()
    await one.notes.publish('before')
    await eventually(() => clients.every((client) => shows(client, ['before'])))
    await server.signal('SIGSTOP')
    const begun = performance.now()
    const refused = [one, other].map((process, index) =>
      expect(process.notes.publish(`frozen ${index}`)).rejects.toMatchObject({
        code: 'unavailable',
      }),
    )
    await Promise.all(refused)
    // The deadline, and some for a busy machine.
    expect(performance.now() - begun).toBeLessThan(engineTimeout + 2_000)
    await eventually(
      () => clients.every(({ following }) => following.status === 'stale'),
      checkEvery * 2 + engineTimeout + 3_000,
    )
    // Until both connections of each were given up; those that are made then have no answer, either.
    const silences = (faults: unknown[]): number =>
      faults.filter((error) => String(error).includes('A ping took')).length
    await eventually(() => [one, other].every(({ faults }) => silences(faults) === 2), 20_000)
    await server.signal('SIGCONT')
    await eventually(() => clients.every(({ following }) => following.status === 'live'), 20_000)
    await other.notes.publish('after')
    const stored = async () => (await one.notes.history()).map(({ event }) => event as string)
    await eventually(async () => {
      const all = await stored()
      return clients.every((client) => shows(client, all))
    })
    const all = await stored()
    expect(all.filter((note) => !note.startsWith('frozen'))).toEqual(['before', 'after'])
    expect(new Set(all).size).toBe(all.length)
    for (const { connections, resets, told } of clients) {
      expect(connections).toBe(1)
      expect(resets).toEqual([])
      expect(told.toSorted()).toEqual(all.toSorted())
    }
  })
})
