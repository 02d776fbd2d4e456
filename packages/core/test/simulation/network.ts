import { createEventReader } from '../../../sse/src/client/read-event-stream.ts'
import type { ClientTransport, TransportOptions } from '../../src/client/transport.ts'
import type { Carried, Carrier } from '../../src/server/hub/carrier.ts'
import type { ChannelHub } from '../../src/server/hub/channel-hub.ts'
import type { ServedHandle } from '../../src/server/hub/served-handle.ts'
import type { Clock, Machine } from '../../src/test/clock.ts'
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
  transports(user: string, machine: Machine): ClientTransport[]
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
  /** Whether the part of what was on its way when it died has come. */
  silent: boolean
  cut(tellClient: boolean, tellServer: boolean): void
}

/** A message as the data of a server-sent event. */
const asEvent = (message: string): string =>
  `${message
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`

export function createNetwork(clock: Clock, random: Random, servers: Server[]): Network {
  const links = new Set<Link>()
  let ill = true

  const latency = (): number =>
    ill && random.chance(0.03) ? random.between(100, 4_000) : random.between(1, 60)

  /** What a client has sent goes on though its machine sleeps, and what a server does with it. */
  const atServer = (ms: number, run: () => void): void => clock.off(() => clock.after(ms, run))

  function upServer(): Server | undefined {
    const up = servers.filter((server) => server.up)
    return up.length === 0 ? undefined : random.pick(up)
  }

  function openLink(
    user: string,
    machine: Machine,
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
    const atClient = (run: () => void): void => clock.on(machine, run)
    const received = (message: string): void => {
      if (clientOpen) atClient(() => onMessage(message))
    }
    // Of a stream the client gets each byte up to the cut; a WebSocket's message comes whole or not at all.
    const read = createEventReader({ maxEvent: 2 ** 24, onEvent: ({ data }) => received(data) })

    const arriving: { at: number; run: () => void }[] = []

    /** What has arrived, in its order, but not while the machine sleeps. */
    function pump(): void {
      if (machine.asleepUntil > clock.now) {
        return clock.after(machine.asleepUntil - clock.now, pump)
      }
      while (arriving[0] && arriving[0].at <= clock.now) arriving.shift()?.run()
    }

    function arrive(run: () => void): void {
      arriving.push({ at: link.toClient, run })
      clock.after(link.toClient - clock.now, pump)
    }

    /** Brings text in parts. */
    function bring(text: string): void {
      const at = duplex || random.chance(0.5) ? text.length : random.between(0, text.length)
      const parts = at === text.length ? [text] : [text.slice(0, at), text.slice(at)]
      for (const part of parts) {
        arrive(() => {
          if (!link.dead) return duplex ? received(part) : read(part)
          // The last that came of it, once.
          if (duplex || link.silent) return
          link.silent = true
          read(part.slice(0, random.between(0, part.length)))
        })
        link.toClient += random.between(0, 20)
      }
    }

    const endClient = (): void => {
      if (!clientOpen) return
      clientOpen = false
      atClient(() => onEnd({ outcome: 'later' }))
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
      silent: false,
      cut(tellClient, tellServer) {
        link.dead = true
        link.toClient = Math.max(link.toClient, clock.now + latency())
        if (tellClient) arrive(endClient)
        if (tellServer) atServer(latency(), endServer)
      },
    }
    const carrier: Carrier = {
      duplex,
      bufferedAmount: () => buffered,
      onDrain: (taken) => void drains.push(taken),
      send(message) {
        buffered += message.length
        link.toClient = Math.max(link.toClient, clock.now + latency() + (slow ? 500 : 0))
        bring(duplex ? message : asEvent(message))
        arrive(() => {
          // What is lost on the way still waits in the kernel.
          if (link.dead) return
          buffered -= message.length
          if (buffered > 0) return
          const told = drains
          drains = []
          for (const run of told) run()
        })
      },
      close() {
        carried = undefined
        links.delete(link)
        link.toClient = Math.max(link.toClient, clock.now + latency())
        arrive(() => {
          if (!link.dead) endClient()
        })
      },
    }
    if (!server || (ill && random.chance(0.1))) {
      link.toClient = clock.now + latency()
      arrive(endClient)
    } else {
      links.add(link)
      atServer(latency(), () => {
        if (!server.up || link.dead) return arrive(endClient)
        const opened = server.hub.connect({ user })
        // oxlint-disable-next-line always-return -- nobody waits for it
        void opened.then((connect) => {
          // It may have been closed before it was there.
          if (link.dead || !server.up || !links.has(link)) return
          carried = connect(carrier)
          carried.received(greeting)
        })
      })
    }
    return {
      send(message) {
        if (!duplex) return
        link.toServer = Math.max(link.toServer, clock.now + latency())
        atServer(link.toServer - clock.now, () => {
          if (!link.dead) carried?.received(message)
        })
      },
      close() {
        clientOpen = false
        atServer(latency(), () => {
          if (!link.dead) endServer()
        })
      },
    }
  }

  async function post(
    user: string,
    machine: Machine,
    body: string,
    signal: AbortSignal,
  ): Promise<string> {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
    aborted.catch(() => {})
    await Promise.race([aborted, clock.sleep(latency())])
    const server = upServer()
    if (!server || (ill && random.chance(0.1))) throw new Error('no answer')
    const answer = await clock.off(() => server.hub.post({ user }, body, signal))
    await Promise.race([aborted, clock.sleep(latency())])
    while (machine.asleepUntil > clock.now) {
      // oxlint-disable-next-line no-await-in-loop -- it may fall asleep again
      await Promise.race([aborted, clock.sleep(machine.asleepUntil - clock.now)])
    }
    // It was served, and the answer is lost.
    if (!server.up || (ill && random.chance(0.1))) throw new Error('no answer')
    return answer
  }

  return {
    transports(user, machine) {
      const socket: ClientTransport = {
        name: 'socket',
        open: (options) => openLink(user, machine, true, options),
      }
      const stream: ClientTransport = {
        name: 'stream',
        open: (options) => openLink(user, machine, false, options),
        post: (_url, body, signal) => post(user, machine, body, signal),
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
