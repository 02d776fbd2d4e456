import { eventually } from '../../../testing/eventually.ts'
import { freePort } from '../../../testing/free-port.ts'
import { startRedis } from '../../../testing/redis-server.ts'
import type { RedisServer } from '../../../testing/redis-server.ts'
import { askRedis } from './ask-redis.ts'

const slots = 16_384

/**
 * Masters of a Redis Cluster with as many slots each, then as many replicas.
 *
 * @param replicas how many each master has: none, or one
 */
export async function startCluster(masters: number, replicas: 0 | 1 = 0): Promise<RedisServer[]> {
  const nodes = await Promise.all(
    Array.from({ length: masters * (1 + replicas) }, async () => {
      const bus = await freePort()
      const node = await startRedis(
        ...['--cluster-enabled', 'yes', '--cluster-port', `${bus}`],
        ...['--cluster-node-timeout', '2000', '--repl-diskless-sync-delay', '0'],
      )
      return { node, bus }
    }),
  )
  const ask = (index: number, ...args: string[]): Promise<unknown> =>
    askRedis(nodes[index]?.node.port ?? 0, 'CLUSTER', ...args)
  const all = nodes.map((_, index) => index)
  const firstOf = (index: number): number => Math.floor((slots * index) / masters)
  await Promise.all(
    all
      .slice(0, masters)
      .map((index) =>
        ask(index, 'ADDSLOTSRANGE', `${firstOf(index)}`, `${firstOf(index + 1) - 1}`),
      ),
  )
  for (const { node, bus } of nodes.slice(1)) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    await ask(0, 'MEET', '127.0.0.1', `${node.port}`, `${bus}`)
  }
  const knowAll = (pattern: RegExp): Promise<unknown> =>
    eventually(async () => {
      const infos = await Promise.all(all.map((index) => ask(index, 'INFO')))
      return infos.every((info) => pattern.test(String(info)))
    }, 30_000)
  await knowAll(new RegExp(`cluster_known_nodes:${nodes.length}\\r`))
  await Promise.all(
    all.slice(masters).map(async (index) => {
      const master = String(await ask(index - masters, 'MYID'))
      await eventually(() => ask(index, 'REPLICATE', master).then(() => true), 20_000)
    }),
  )
  await knowAll(/cluster_state:ok/)
  return nodes.map(({ node }) => node)
}
