import process from 'node:process'
import { channel } from '../../src/channel.ts'
import { createSession } from '../../src/client/session.ts'
import type { Session } from '../../src/client/session.ts'
import { openTab } from '../../src/client/tabs/index.ts'
import type { Browser } from '../../src/client/tabs/browser.ts'
import type { ClientTransport } from '../../src/client/transport.ts'
import type { ChannelState, Following } from '../../src/client/following.ts'
import { carriedChannel } from '../../src/server/hub/served-handle.ts'
import type { CarriedChannel } from '../../src/client/page-channels.ts'
import { createHub } from '../../src/server/hub/create-hub.ts'
import { KitrtError } from '../../src/error.ts'
import { createBrowser } from './browser.ts'
import type { SimulatedBrowser } from './browser.ts'
import type { Clock, Machine } from '../../src/test/clock.ts'
import { installClock } from '../../src/test/clock.ts'
import { createFaultyEngine } from './faulty-engine.ts'
import type { FaultyEngine } from './faulty-engine.ts'
import { createNetwork } from './network.ts'
import type { Network, Server } from './network.ts'
import { createOracle } from './oracle.ts'
import type { Oracle } from './oracle.ts'
import { createRandom } from './random.ts'
import { schemaOf } from './schema.ts'
import { createSociety } from './society.ts'
import type { Society } from './society.ts'
import type { Random } from './random.ts'

/** What is published: who reads can tell one from all others. */
export interface Note {
  id: string
}

const isNote = (value: unknown): boolean => typeof (value as Note | undefined)?.id === 'string'

/** The app that the simulation runs: rooms with notes, kept in a database. */
export const notes = (size: number) =>
  channel('notes', {
    params: schemaOf<{ room: number }>(() => true),
    event: schemaOf<Note>(isNote),
    publish: schemaOf<Note>(isNote),
    state: {
      init: (): string[] => [],
      apply: (list: string[], { id }: Note) => (list.includes(id) ? list : [...list, id]),
    },
    history: { size },
  })

export type Notes = ReturnType<typeof notes>

const rooms = 3

interface Client {
  user: string
  machine: Machine
  session: Session
  /** By room. */
  readers: Map<number, { following: Following; end: () => void }>
  /** Ends the tab without a word. */
  kill(): void
}

export interface Outcome {
  /** What went wrong; empty when nothing did. */
  faults: string[]
  /** How much happened, so that a run that did nothing does not pass for a good one. */
  counts: Record<string, number>
}

/** How long everything goes wrong, and how long it may then take to be right, in ms. */
const storm = 60_000
const calm = 240_000

/** Nothing here waits for the platform, so the queue of promises is empty before the next tick. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

/** One run of the whole system: servers, clients, engine and network, on one seed. */
export async function simulate(seed: number): Promise<Outcome> {
  const random = createRandom(seed)
  const clock = installClock({ random: random.next, settle })
  try {
    return await run(random, clock)
  } finally {
    clock.restore()
  }
}

async function run(random: Random, clock: Clock): Promise<Outcome> {
  const channelOfNotes = notes(random.pick([3, 20, 500]))
  const engine = createFaultyEngine(clock, random, random.chance(0.3))
  const database = new Map<number, string[]>()
  const counts: Record<string, number> = {}
  const count = (name: string, by = 1): void => {
    counts[name] = (counts[name] ?? 0) + by
  }
  const saved = (room: number): string[] => {
    const list = database.get(room) ?? []
    database.set(room, list)
    return list
  }

  const oracle = createOracle({ clock, engine, saved })
  const society = createSociety({ clock, random, engine, count, fault: oracle.fault })

  function startServer(): Server {
    const hub = createHub<{ user: string }>({
      engine,
      user: ({ user }) => ({ id: user }),
      // The engine's faults are on purpose.
      onError: () => count('reported'),
      onMetric: ({ name, type, value, attributes }) => {
        if (type === 'counter') count([name, ...Object.values(attributes)].join(' '), value)
      },
    })
    const served = hub.serve(channelOfNotes, {
      subscribe: async () => {
        await clock.sleep(random.between(0, 10))
        // Some may follow for a while, and are asked again.
        return random.chance(0.2) ? { expires: Date.now() + random.between(2_000, 30_000) } : true
      },
      publish: async ({ event, params }) => {
        await clock.sleep(random.between(0, 30))
        // Committed before it is published, and once whoever tries again.
        const list = saved(params.room)
        if (!list.includes(event.id)) list.push(event.id)
        await clock.sleep(random.between(0, 10))
        return event
      },
      snapshot: async ({ params }) => {
        await clock.sleep(random.between(0, 30))
        const list = [...saved(params.room)]
        await clock.sleep(random.between(0, 30))
        return list
      },
    })
    society.serve(hub)
    return { hub, rooms: served, up: true }
  }

  const servers: Server[] = Array.from({ length: random.between(1, 3) }, startServer)
  const network = createNetwork(clock, random, servers)
  // Either each client is a browser of its own, or those of one user are its tabs.
  const shares = random.chance(0.5)
  const browsers = new Map<string, SimulatedBrowser>()
  function startClient(user: string): Client {
    const machine = { asleepUntil: 0, slept: 0 }
    const browser = browsers.get(user) ?? createBrowser(clock, random, count)
    browsers.set(user, browser)
    const own = network.transports(user, machine)
    const session = clock.on(machine, () =>
      createSession({
        url: 'http://localhost/realtime',
        transports: shares ? own.map((one) => tabTransport(one, browser.tab(machine))) : own,
        onError: () => {},
      }),
    )
    const kill = (): void => browser.kill(machine)
    const client: Client = { user, machine, session, readers: new Map(), kill }
    clock.on(machine, () => society.begin(client))
    return client
  }
  const clients = Array.from({ length: shares ? random.between(3, 6) : random.between(2, 4) }, () =>
    startClient(`user-${random.between(0, shares ? 1 : 2)}`),
  )
  const world: World = {
    random,
    clock,
    engine,
    servers,
    network,
    clients,
    oracle,
    society,
    count,
    startServer,
    startClient: shares ? startClient : undefined,
  }

  for (let at = 0; at < storm;) {
    at += random.between(50, 1_500)
    // oxlint-disable-next-line no-await-in-loop -- time passes in between
    await clock.runUntil(at)
    disturb(world, channelOfNotes)
    oracle.look(clients)
    society.look(clients)
  }

  engine.heal()
  network.heal()
  for (const server of servers) {
    if (!server.up) Object.assign(server, startServer())
  }
  // All that was missed must come without anything new.
  for (const client of clients) {
    clock.on(client.machine, () => follow(world, channelOfNotes, client, random.between(1, rooms)))
  }
  for (let at = storm; at < storm + calm; at += 2_500) {
    // oxlint-disable-next-line no-await-in-loop -- as above
    await clock.runUntil(at)
    oracle.look(clients)
    society.look(clients)
  }
  society.finale((servers[0] as Server).hub)
  await clock.runUntil(storm + calm + 10_000)
  society.judge(clients)
  await oracle.judge(clients)
  const answered = Object.entries(counts).filter(([name]) => /^(acks|publish )/.test(name))
  const open = (counts['publishes'] ?? 0) - answered.reduce((sum, [, times]) => sum + times, 0)
  if (open > 0) oracle.faults.push(`${open} publications were never answered`)

  for (const { session, machine } of clients) clock.on(machine, session.close)
  for (const { hub } of servers) hub.close()
  await clock.runUntil(storm + calm + 70_000)
  return { faults: oracle.faults, counts }
}

const tabTransport = (own: ClientTransport, browser: Browser): ClientTransport => ({
  name: own.name,
  open: (options) => openTab(own, options, browser, () => {}),
})

interface World {
  random: Random
  clock: Clock
  engine: FaultyEngine
  servers: Server[]
  network: Network
  clients: Client[]
  oracle: Oracle
  society: Society
  count(name: string, by?: number): void
  startServer(): Server
  /** Where clients are tabs: opens one. */
  startClient: ((user: string) => Client) | undefined
}

/** One thing that happens. */
function disturb(world: World, channelOfNotes: Notes): void {
  const { random, clients, network, servers, engine, clock, count } = world
  const client = random.pick(clients)
  const room = random.between(1, rooms)
  // Nobody is there to do anything.
  if (client.machine.asleepUntil > clock.now) return
  const what = random.next()
  if (what < 0.68) clock.on(client.machine, () => use(world, channelOfNotes, client, room))
  else if (what < 0.76) void navigate(world, channelOfNotes, client, room)
  else if (what < 0.85) network.trouble()
  else if (what < 0.88) clock.on(client.machine, client.session.interrupt)
  else if (what < 0.9) {
    count('sleeps')
    clock.suspend(client.machine, random.between(100, random.pick([2_000, 40_000, 150_000])))
  } else if (what < 0.95) {
    const server = random.pick(servers)
    if (!server.up) return
    count('restarts')
    server.up = false
    // Killed, or told to stop.
    if (random.chance(0.5)) network.kill(server)
    server.hub.close()
    clock.after(random.between(100, 8_000), () => {
      if (!server.up) Object.assign(server, world.startServer())
    })
  } else if (what < 0.97 && world.startClient) {
    count('tabs killed')
    client.kill()
    clock.on(client.machine, client.session.close)
    clients[clients.indexOf(client)] = world.startClient(client.user)
  } else if (what < 0.98) {
    count('outages')
    engine.goAway(random.between(500, random.pick([3_000, 20_000])))
  } else if (what < 0.99) {
    count('flushes')
    engine.flush(`notes:{"room":${room}}`)
  } else engine.fork(`notes:{"room":${room}}`)
}

/** What somebody does on a page. */
function use(world: World, channelOfNotes: Notes, client: Client, room: number): void {
  const what = world.random.next()
  if (what < 0.3) world.society.act(client)
  else if (what < 0.74) void publish(world, channelOfNotes, client, room)
  else if (what < 0.91) follow(world, channelOfNotes, client, room)
  else {
    client.readers.get(room)?.end()
    client.readers.delete(room)
  }
}

function follow(
  { oracle, count }: World,
  channelOfNotes: Notes,
  client: Client,
  room: number,
  initial?: ChannelState,
): void {
  count('follows')
  const before = client.readers.get(room)
  let watch: ReturnType<Oracle['watch']> | undefined
  const reader: ReturnType<Session['follow']> = client.session.follow(
    channelOfNotes,
    { room },
    {
      changed: () => reader && oracle.shown(room, reader.following),
      event: (event, position) => watch?.event(event, position),
      jumped: (position) => watch?.jumped(position),
    },
    initial,
  )
  watch = oracle.watch(room, reader.following)
  before?.end()
  client.readers.set(room, reader)
}

/** A page is rendered by some server, and its browser goes on from there, sooner or later. */
async function navigate(
  world: World,
  channelOfNotes: Notes,
  client: Client,
  room: number,
): Promise<void> {
  const { random, clock, servers, count } = world
  const server = random.pick(servers)
  if (!server.up) return
  try {
    const { position, state } = carriedChannel(
      await server.rooms({ room }).snapshot({ system: true }),
    ) as CarriedChannel
    await clock.sleep(random.chance(0.1) ? random.between(1_000, 30_000) : random.between(10, 300))
    count('pages')
    clock.on(client.machine, () => follow(world, channelOfNotes, client, room, { position, state }))
  } catch {
    count('pages that failed')
  }
}

async function publish(
  { oracle, count }: World,
  channelOfNotes: Notes,
  { session }: Client,
  room: number,
): Promise<void> {
  const id = crypto.randomUUID()
  count('publishes')
  try {
    await session.publish(
      channelOfNotes,
      { room },
      { id },
      { optimistic: () => ({ id: `mine ${id}` }) },
    )
    oracle.acked(room, id)
    count('acks')
  } catch (error) {
    oracle.failed(id)
    count(`publish ${error instanceof KitrtError ? error.code : 'threw'}`)
  }
}
