import { clusterWire } from './cluster.ts'
import { nodeRedisWire } from './node-redis.ts'
import type { NodeRedis } from './node-redis.ts'
import type { OpenWire } from './wire.ts'

/** A client of `createCluster` of `redis`, as far as it is used: it is copied, and not connected itself. */
export interface NodeRedisCluster {
  /** What tells it from a {@link NodeRedis}. */
  getRandomNode(): unknown
  duplicate(overrides: object): NodeRedisClusterDuplicate
}

/** A copy of a {@link NodeRedisCluster}. */
export interface NodeRedisClusterDuplicate {
  connect(): Promise<unknown>
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>
  getRandomNode(): unknown
  nodeClient(node: never): Promise<NodeRedis>
  on(event: 'error', listener: (error?: unknown) => void): unknown
  destroy(): void
}

export const nodeRedisClusterWire = (template: NodeRedisCluster): OpenWire =>
  clusterWire(() => {
    const client = template.duplicate({
      // A node that is gone must not keep us from the others.
      minimizeConnections: true,
      useReplicas: false,
      keyPrefix: undefined,
    })
    // Each is a node's, which it connects to again by itself; without a listener an error ends the process.
    client.on('error', () => {})
    return {
      ready: client.connect(),
      send: (command, ...args) =>
        client.sendCommand(command.startsWith('EVAL') ? args[2] : undefined, false, [
          command,
          ...args,
        ]),
      // It asks all nodes: one that is frozen keeps its slots, until another is asked who has them.
      ping: () => client.sendCommand(undefined, false, ['PING']),
      node: async () => nodeRedisWire(await client.nodeClient(client.getRandomNode() as never)),
      end: () => client.destroy(),
    }
  })
