import { onTestFinished } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { startRedis } from '../../../testing/redis-server.ts'
import { shows, startAppProcess } from './app-process.ts'

export interface StartAppOptions {
  /** Of the Redis. @default nothing is saved */
  settings?: string[]
  /** How often processes look whether they have missed something, in ms. @default 1_000 */
  checkEvery?: number | undefined
  /** How often they ask whether Redis is there, in ms. @default 500 */
  pingEvery?: number | undefined
  /** Where the two processes reach Redis, by where it is. @default right there */
  ports?: (port: number) => Promise<readonly [number, number]>
}

/** An app of two processes with a client each, which both are live. The test's end ends it. */
export async function startApp({
  settings = [],
  checkEvery,
  pingEvery,
  ports = async (port) => [port, port],
}: StartAppOptions = {}) {
  const server = await startRedis(...settings)
  onTestFinished(() => server.stop())
  const database: string[] = []
  const [first, second] = await ports(server.port)
  const one = startAppProcess(first, database, { checkEvery, pingEvery })
  onTestFinished(() => one.stop())
  const other = startAppProcess(second, database, { checkEvery, pingEvery })
  onTestFinished(() => other.stop())
  const clients = [one.client('ada'), other.client('bob')] as const
  await eventually(() => clients.every((client) => shows(client, [])))
  return { server, database, one, other, clients }
}
