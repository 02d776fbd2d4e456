import { channel } from '@kitrt/core'
import { createSession } from '@kitrt/core/client'
import type { Following, Session } from '@kitrt/core/client'
import { createHub } from '@kitrt/core/server'
import type { ChannelHub, Engine } from '@kitrt/core/server'
import { createClient } from 'redis'
import { schemaOf } from '../../core/test/simulation/schema.ts'
import { redis } from '../src/index.ts'
import type { RedisClient } from '../src/index.ts'
import { directTransport } from './direct-transport.ts'
import type { Seen } from './direct-transport.ts'
import type { StartAppOptions } from './start-app.ts'

const text = schemaOf<string>((value) => typeof value === 'string')

/** Notes, each once, which the app keeps in its database, too. */
export const notes = channel('notes', {
  event: text,
  publish: text,
  presence: text,
  // All that a test publishes.
  history: { size: 20_000 },
  state: {
    init: (): string[] => [],
    apply: (list: string[], note: string) => (list.includes(note) ? list : [...list, note]),
  },
})

/** Where everybody points at. */
export const marks = channel('marks', {
  event: text,
  publish: text,
  policy: 'latest',
  key: (mark) => mark.split(' ')[0] ?? '',
})

/** Said to who is there. */
export const waves = channel('waves', { event: text, publish: text, policy: 'volatile' })

/** A client of one process, over a connection that nothing cuts. */
export interface Client {
  session: Session
  following: Following
  /** The notes that it has shown when it was told of them, each time. */
  told: string[]
  /** Why its state was loaded anew. */
  resets: string[]
  /** How often it has connected. */
  readonly connections: number
  /** Each status that it has shown. */
  statuses: string[]
}

/** A process of the app, as far as one can be within another. */
export interface AppProcess {
  engine: Engine
  hub: ChannelHub
  notes: ReturnType<ReturnType<ChannelHub['serve']>>
  /** What was reported. */
  faults: unknown[]
  /** @param poster the hub that takes its POSTs. @default one socket carries all */
  client(user: string, poster?: ChannelHub): Client
  /** As kill -9 does: nobody is told. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** How often a process looks whether it has missed something, in ms. */
export const checkEvery = 1_000
/** How long a call of the engine may take, in ms. */
export const engineTimeout = 800
/** For how long somebody stays who has left, in ms. */
export const grace = 1_500

/**
 * @param client or the port of a Redis
 * @param database the notes that were committed, in order
 */
export function startAppProcess(
  client: RedisClient | number,
  database: string[] = [],
  {
    checkEvery: every = checkEvery,
    pingEvery = 500,
  }: Pick<StartAppOptions, 'checkEvery' | 'pingEvery'> = {},
): AppProcess {
  const faults: unknown[] = []
  const onError = (error: unknown): void => void faults.push(error)
  const engine = redis(
    typeof client === 'number' ? createClient({ url: `redis://127.0.0.1:${client}` }) : client,
    { timeout: 1_000, pingEvery, onError },
  )
  const hub: ChannelHub = createHub<{ user: string }, { id: string }>({
    engine,
    user: ({ user }) => ({ id: user }),
    onError,
    engineTimeout,
    checkEvery: every,
    limits: { grace, spread: 50 },
  })
  const served = hub.serve(notes, {
    subscribe: () => true,
    publish({ event }) {
      if (!database.includes(event)) database.push(event)
      return event
    },
    snapshot: () => [...database],
    presence: () => 'here',
  })
  for (const one of [marks, waves]) {
    hub.serve(one, { subscribe: () => true, publish: ({ event }) => event })
  }
  const sessions: Session[] = []

  return {
    engine,
    hub,
    notes: served(undefined) as AppProcess['notes'],
    faults,
    client(user, poster) {
      const seen: Seen = { connections: 0, resets: [] }
      const session = createSession({
        url: 'http://localhost/realtime',
        transports: [
          directTransport({ user, hub: () => hub, poster: poster && (() => poster), seen }),
        ],
        onError,
      })
      sessions.push(session)
      const told: string[] = []
      const statuses: string[] = []
      const { following } = session.follow(notes, undefined, {
        changed: () => following && statuses.push(following.status),
        event: (event) => void told.push(event as string),
      })
      return {
        session,
        following,
        told,
        statuses,
        resets: seen.resets,
        get connections() {
          return seen.connections
        },
      }
    },
    async kill() {
      await engine.close()
      hub.close()
      for (const session of sessions) session.close()
    },
    async stop() {
      for (const session of sessions) session.close()
      hub.close()
      await engine.close()
    },
  }
}

/** Whether a client shows these notes, each once, in their order, and says that it is up to date. */
export const shows = ({ following }: Client, all: readonly string[]): boolean =>
  following.status === 'live' && (following.state as string[]).join() === all.join()
