import type { OpenWire, Wire, WireEvents } from './wire.ts'

/** A connection to all nodes of a Cluster, as one of its clients makes it. */
export interface ClusterConnection {
  readonly ready: Promise<unknown>
  /** Sends a command to the node that has its key. */
  send(command: string, ...args: string[]): Promise<unknown>
  /** Rejects, or does not resolve, when it must be made anew. */
  ping(): Promise<unknown>
  /** Connections of its own to a node that is there. */
  node(): Promise<OpenWire>
  end(): void
}

/** By the node of its name, as if that were a key: by several nodes it would come in another order. */
const publish = "return redis.call('PUBLISH', KEYS[1], ARGV[1])"

/**
 * Listens to one node, since what one publishes all tell: a client of a Cluster would listen to
 * another one by itself, and not say that something may have been missed.
 */
export function clusterWire(open: (lost: WireEvents['lost']) => ClusterConnection): OpenWire {
  return (events) => {
    const cluster = open(events.lost)
    let listening: Promise<Wire> | undefined
    let ended = false

    async function listen(): Promise<Wire> {
      const wire = (await cluster.node())(events)
      if (ended) wire.end()
      await wire.ready
      return wire
    }

    return {
      ready: cluster.ready,
      async send(command, ...args) {
        if (command === 'PUBLISH') return cluster.send('EVAL', publish, '1', ...args)
        if (command !== 'PING') return cluster.send(command, ...args)
        return listening ? (await listening).send(command) : cluster.ping()
      },
      async subscribe(names) {
        listening ??= listen()
        await (await listening).subscribe(names)
      },
      async unsubscribe(names) {
        await (await listening)?.unsubscribe(names)
      },
      end() {
        ended = true
        listening?.then(
          (wire) => wire.end(),
          () => {},
        )
        cluster.end()
      },
    }
  }
}
