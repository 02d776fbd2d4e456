import process from 'node:process'
import { createHub } from '@kitrt/core/server'
import type { OnMetric, Rules } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { error } from '@sveltejs/kit'
import { journal, room, ticks } from '#lib/channels.ts'
import type { Note } from '#lib/channels.ts'
import { engine } from './engine.ts'

/** Who may follow which private room, by `user room`. */
export const members = new Set<string>()
/** What is stored, by room. */
const database = new Map<string, Note[]>()
export const counts = { snapshots: 0, resets: 0, closes: {} as Record<string, number> }

const onMetric: OnMetric = ({ name, value, attributes }) => {
  if (name === 'kitrt.resets') counts.resets += value
  if (name !== 'kitrt.closes') return
  const { 'kitrt.close.code': code = '' } = attributes
  counts.closes[code] = (counts.closes[code] ?? 0) + value
}

// Not by `url`, which a live query may not ask for.
const user = ({ locals, request }: RequestEvent) => {
  const id = new URL(request.url).searchParams.get('user') ?? locals.user ?? null
  if (id === 'banned') error(403, 'You are banned.')
  return id === null ? undefined : { id }
}

export const notesOf = (id: string): Note[] => {
  const notes = database.get(id) ?? []
  database.set(id, notes)
  return notes
}

export const hub = createHub({
  engine,
  user,
  onMetric,
  // A soak has no time to wait until the keys of its first minutes are forgotten.
  keyTtl: Number(process.env['KEY_TTL'] ?? 600_000),
  limits: { spread: 100 },
})

/** What it counts and measures, for the tests of pages. */
export const quick = { connections: 0, subscriptions: 0, channels: 0 }

/** The same channels, for pages whose connections are soon found dead. */
export const quickHub = createHub({
  engine,
  user,
  limits: { spread: 100, heartbeat: 1_500 },
  onMetric({ name, value }) {
    if (name === 'kitrt.connection.count') quick.connections = value
    if (name === 'kitrt.subscription.count') quick.subscriptions = value
    if (name === 'kitrt.channel.count') quick.channels = value
  },
})

/** The same channels, for clients that must hurry. */
export const strictHub = createHub({
  engine,
  user,
  onMetric,
  limits: {
    spread: 100,
    heartbeat: 1_500,
    hiTimeout: 2_000,
    maxMessage: 2_000,
    maxSubscriptions: 3,
    maxFrames: 40,
    maxQueue: 20_000,
    maxQueueAge: 1_000,
  },
})

const mayFollow = (who: { id: string } | undefined, id: string): boolean =>
  !id.startsWith('private') || members.has(`${who?.id} ${id}`)

const rules = {
  subscribe: ({ user: who, params: { id } }) => {
    if (id === 'broken') throw new Error('the rule is broken')
    return mayFollow(who, id)
  },
  publish: ({ user: who, params: { id }, event: { text }, key }) => {
    if (text === 'throw') throw new Error('the publish rule is broken')
    if (text === 'refuse' || !mayFollow(who, id)) return false
    const note = { id: key, text, by: who?.id ?? 'nobody' }
    const notes = notesOf(id)
    if (!notes.some((one) => one.id === key)) notes.push(note)
    return note
  },
  snapshot: ({ params: { id } }) => {
    counts.snapshots++
    return notesOf(id)
  },
} satisfies Rules<{ id: string }, Note, { text: string }, Note[], { id: string }>

export const rooms = hub.serve(room, rules)
strictHub.serve(room, rules)
export const quickRooms = quickHub.serve(room, rules)

const open = { subscribe: () => true, publish: ({ event }: { event: string }) => event }
export const journals = hub.serve(journal, open)
strictHub.serve(journal, open)

export const clock = hub.serve(ticks, { subscribe: () => true })
quickHub.serve(ticks, { subscribe: () => true })
