import type { ClientTransport, TransportOptions } from '../../src/client/transport.ts'
import type { Carried, Carrier } from '../../src/server/hub/carrier.ts'
import type { ChannelHub } from '../../src/server/hub/create-hub.ts'
import type { ServedHandle } from '../../src/server/hub/served-handle.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** A server process, as the network sees it. */
export interface Server {
  hub: ChannelHub
  /** The app's hold on its channels. */
  rooms: (params: {
    room: number
  }) => Pick<ServedHandle<unknown, unknown, string[], unknown>, 'snapshot'>
  up: boolean
}

export interface Network {
  /** A client's ways to the servers. */
  transports(user: string): ClientTransport[]
  /** Cuts some of the connections. */
  trouble(): void
  /** Cuts all connections of a server, without a word. */
  kill(server: Server): void
  /** From here on it behaves. */
  heal(): void
}

/** One connection, which each side may believe in longer than the other. */
interface Link {
  server: Server
  /** Messages of one direction arrive in their order. */
  toServer: number
  toClient: number
  /** What the other side does not hear any more. */
  dead: boolean
  cut(tellClient: boolean, tellServer: boolean): void
}

export function createNetwork(clock: Clock, random: Random, servers: Server[]): Network {
  const links = new Set<Link>()
  let ill = true

  const latency = (): number =>
    ill && random.chance(0.03) ? random.between(100, 4_000) : random.between(1, 60)

  function upServer(): Server | undefined {
    const up = servers.filter((server) => server.up)
    return up.length === 0 ? undefined : random.pick(up)
  }

  function openLink(
    user: string,
    duplex: boolean,
    { greeting, onMessage, onEnd }: TransportOptions,
  ): { send(message: string): void; close(): void } {
    const server = upServer()
    let clientOpen = true
    let carried: Carried | undefined
    /** Bytes that the client has not read. */
    let buffered = 0
    let drains: (() => void)[] = []
    const slow = ill && random.chance(0.1)

    const endClient = (): void => {
      if (!clientOpen) return
      clientOpen = false
      onEnd({ outcome: 'later' })
    }
    const endServer = (): void => {
      const ending = carried
      carried = undefined
      links.delete(link)
      ending?.closed()
    }
    const link: Link = {
      server: server as Server,
      toServer: 0,
      toClient: 0,
      dead: false,
      cut(tellClient, tellServer) {
        link.dead = true
        if (tellClient) clock.after(latency(), endClient)
        if (tellServer) clock.after(latency(), endServer)
      },
    }
    const carrier: Carrier = {
      duplex,
      bufferedAmount: () => buffered,
      onDrain: (taken) => void drains.push(taken),
      send(message) {
        buffered += message.length
        link.toClient = Math.max(link.toClient, clock.now + latency() + (slow ? 500 : 0))
        clock.after(link.toClient - clock.now, () => {
          // What is lost on the way still waits in the kernel.
          if (link.dead) return
          buffered -= message.length
          if (buffered === 0) {
            const told = drains
            drains = []
            for (const run of told) run()
          }
          if (clientOpen) onMessage(message)
        })
      },
      close() {
        carried = undefined
        links.delete(link)
        link.toClient = Math.max(link.toClient, clock.now + latency())
        clock.after(link.toClient - clock.now, () => {
          if (!link.dead) endClient()
        })
      },
    }
    if (!server || (ill && random.chance(0.1))) {
      clock.after(latency(), endClient)
    } else {
      links.add(link)
      clock.after(latency(), () => {
        if (!server.up || link.dead) return endClient()
        const opened = server.hub.connect({ user })
        // oxlint-disable-next-line always-return -- nobody waits for it
        void opened.then((connect) => {
          if (link.dead || !server.up) return
          carried = connect(carrier)
          carried.received(greeting)
        })
      })
    }
    return {
      send(message) {
        if (!duplex) return
        link.toServer = Math.max(link.toServer, clock.now + latency())
        clock.after(link.toServer - clock.now, () => {
          if (!link.dead) carried?.received(message)
        })
      },
      close() {
        clientOpen = false
        clock.after(latency(), () => {
          if (!link.dead) endServer()
        })
      },
    }
  }

  async function post(user: string, body: string, signal: AbortSignal): Promise<string> {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
    aborted.catch(() => {})
    await Promise.race([aborted, clock.sleep(latency())])
    const server = upServer()
    if (!server || (ill && random.chance(0.1))) throw new Error('no answer')
    const answer = await server.hub.answer({ user }, body)
    await Promise.race([aborted, clock.sleep(latency())])
    // It was served, and the answer is lost.
    if (!server.up || (ill && random.chance(0.1))) throw new Error('no answer')
    return answer
  }

  return {
    transports(user) {
      const socket: ClientTransport = {
        name: 'socket',
        open: (options) => openLink(user, true, options),
      }
      const stream: ClientTransport = {
        name: 'stream',
        open: (options) => openLink(user, false, options),
        post: (_url, body, signal) => post(user, body, signal),
      }
      return random.pick([[socket], [stream], [socket, stream], [stream, socket]])
    },
    trouble() {
      for (const link of links) {
        if (!random.chance(0.3)) continue
        // Half-open: one side, or neither, is told.
        link.cut(random.chance(0.6), random.chance(0.6))
      }
    },
    kill(server) {
      for (const link of links) if (link.server === server) link.cut(random.chance(0.7), true)
    },
    heal() {
      ill = false
    },
  }
}
