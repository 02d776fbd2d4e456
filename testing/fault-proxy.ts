import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** Which way bytes go: `down` from the server to its client, `up` from the client. */
export type Direction = 'down' | 'up'

/**
 * Asked for each chunk, with what has passed before it.
 *
 * @returns how much of the chunk still passes before the connection is cut; `undefined`: it is not
 */
export type Cut = (chunk: Buffer, passed: number) => number | undefined

/** What shall happen to a connection. */
export interface FaultPlan {
  down?: Cut | undefined
  up?: Cut | undefined
  /** By a FIN, after which nothing more is read, or by a RST, which may overtake what was sent before. @default 'reset' */
  by?: 'end' | 'reset' | undefined
  /** Sees what passes. */
  tap?: ((chunk: Buffer, direction: Direction) => void) | undefined
}

/** The connection is cut after its first `bytes`. */
export const cutAfter =
  (bytes: number): Cut =>
  (chunk, passed) =>
    passed + chunk.length > bytes ? bytes - passed : undefined

/** The connection is cut before a text that comes in one chunk, such as an answer. */
export const cutBefore =
  (text: string): Cut =>
  (chunk) => {
    const at = chunk.indexOf(text)
    return at < 0 ? undefined : at
  }

export interface FaultProxyOptions {
  /** Asked for each connection, with the first bytes of its client. @default everything passes */
  plan?: ((head: string) => FaultPlan | undefined) | undefined
}

/** Chooses connections by their number among those that are open, and by the port from which the server is asked. */
export type Chosen = (index: number, port: number | undefined) => boolean

/** A network of one process: what goes through it can be cut at a byte, held, and delayed. */
export interface FaultProxy {
  /** Such as `http://127.0.0.1:4173`. */
  url: string
  /** Connections that clients have made, connections that a plan has cut, and bytes that have passed. */
  readonly counts: { accepted: number; cut: number } & Record<Direction, number>
  /** How many connections are open. */
  readonly open: number
  /** Holds what goes these ways on the connections that are open, or some of them: bytes, and ends too. Their writers notice nothing. */
  stall(ways: readonly Direction[], which?: Chosen): void
  /** Lets go what was held. */
  release(): void
  /** Holds every chunk for so long, in ms. */
  delay(ms: number): void
  /** Where new connections go from now on. */
  to(port: number): void
  /** Resets the connections that are open, or some of them; on both sides. */
  reset(which?: Chosen): void
  close(): Promise<void>
}

interface Link {
  readonly port: number | undefined
  reset(): void
  stall(way: Direction): void
  release(): void
}

/** Stands before a port of this machine. */
export async function createFaultProxy(
  first: number,
  { plan }: FaultProxyOptions = {},
): Promise<FaultProxy> {
  let port = first
  let latency = 0
  const links = new Set<Link>()
  const counts = { accepted: 0, cut: 0, up: 0, down: 0 }

  function link(client: Socket): void {
    counts.accepted++
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    let faults: FaultPlan | undefined
    let over = false
    const stalled = new Set<Direction>()
    let held: (() => void)[] = []

    function end(by: FaultPlan['by'] = 'reset'): void {
      if (over) return
      over = true
      links.delete(one)
      held = []
      for (const socket of [client, server]) {
        if (by === 'reset') socket.resetAndDestroy()
        else socket.destroySoon()
      }
    }

    function connectWay(way: Direction, from: Socket, to: Socket): void {
      let passed = 0
      /** What is on its way, in its order. */
      let last: Promise<void> | undefined

      const act = (run: () => void): void => {
        if (over) return
        if (!stalled.has(way)) return run()
        from.pause()
        held.push(() => {
          from.resume()
          act(run)
        })
      }
      const later = (run: () => void): void => {
        if (latency === 0 && last === undefined) return act(run)
        const due = performance.now() + latency
        const before = last
        const wait = async (): Promise<void> => {
          await before
          await setTimeout(Math.max(0, due - performance.now()))
          if (last === mine) last = undefined
          act(run)
        }
        const mine = wait()
        last = mine
      }

      function pass(chunk: Buffer): void {
        if (way === 'up' && passed === 0) faults = plan?.(chunk.toString('latin1'))
        const allowed = faults?.[way]?.(chunk, passed)
        const part = allowed === undefined ? chunk : chunk.subarray(0, allowed)
        passed += part.length
        counts[way] += part.length
        faults?.tap?.(part, way)
        if (allowed === undefined) {
          if (!to.write(part)) from.pause()
          return
        }
        counts.cut++
        // What passes is with the other side before the cut.
        if (part.length === 0) end(faults?.by)
        else to.write(part, () => end(faults?.by))
      }

      from.on('data', (chunk) => later(() => pass(chunk)))
      to.on('drain', () => from.resume())
      from.on('end', () => later(() => to.end()))
      from.on('error', () => later(() => end()))
      from.on('close', () => later(() => over || (from.readableEnded ? to.end() : end())))
    }

    const one: Link = {
      get port() {
        return server.localPort
      },
      reset: () => end(),
      stall: (way) => void stalled.add(way),
      release() {
        stalled.clear()
        for (const run of held.splice(0)) run()
      },
    }
    links.add(one)
    connectWay('up', client, server)
    connectWay('down', server, client)
    const gone = (): void => {
      if (client.destroyed && server.destroyed) links.delete(one)
    }
    client.on('close', gone)
    server.on('close', gone)
  }

  const proxy = createServer({ allowHalfOpen: true, noDelay: true }, link).listen(0, '127.0.0.1')
  await once(proxy, 'listening')

  const all: Chosen = () => true
  const chosen = (which: Chosen): Link[] =>
    [...links].filter(({ port: from }, index) => which(index, from))

  function reset(which = all): void {
    for (const one of chosen(which)) one.reset()
  }

  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    counts,
    get open() {
      return links.size
    },
    stall(ways, which = all) {
      for (const one of chosen(which)) for (const way of ways) one.stall(way)
    },
    release() {
      for (const one of links) one.release()
    },
    delay(ms) {
      latency = ms
    },
    to(next) {
      port = next
    },
    reset,
    async close() {
      reset()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
