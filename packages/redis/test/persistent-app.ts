import { expect, onTestFinished } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import type { RedisClient } from '../src/index.ts'
import { shows, startAppProcess } from './app-process.ts'

/**
 * An app of two processes with a client each, which goes on through a fail-over. The test's end ends it.
 *
 * @param connect makes a client of Redis that finds the master by itself
 */
export async function startPersistentApp(connect: () => RedisClient) {
  const database: string[] = []
  const apps = [0, 1].map(() => {
    const app = startAppProcess(connect(), database)
    onTestFinished(() => app.stop())
    return app
  })
  const clients = apps.map((app, index) => app.client(`user ${index}`))
  await eventually(() => clients.every((client) => shows(client, [])), 20_000)

  return {
    database,
    /** Why somebody began anew. */
    resets: (): string[] => clients.flatMap(({ resets }) => resets),
    /** Stores notes of the processes by turns, each until it is answered, through whatever happens. */
    async publish(count: number): Promise<void> {
      for (let n = 0; n < count; n++) {
        const note = `${database.length}`
        const app = apps[n % 2]
        database.push(note)
        // oxlint-disable-next-line no-await-in-loop -- in their order
        await eventually(() => app?.notes.publish(note, { key: note }).then(() => true), 60_000)
      }
    },
    /** Everybody shows all notes, by the connection they have; and either nothing was lost, or they were told. */
    async heals(): Promise<void> {
      await eventually(() => clients.every((client) => shows(client, database)), 20_000)
      const { length } = (await apps[0]?.notes.history()) ?? []
      for (const { connections, resets, following } of clients) {
        expect(connections).toBe(1)
        expect(resets).toEqual(length === database.length ? [] : ['fork'])
        await eventually(() => following.members.count === 2, 20_000)
      }
    },
  }
}
