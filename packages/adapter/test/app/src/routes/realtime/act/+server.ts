import { setImmediate } from 'node:timers/promises'
import { carriedChannel } from '@kitrt/core/server'
import { room } from '#lib/channels.ts'
import {
  clock,
  counts,
  hub,
  journals,
  members,
  notesOf,
  quick,
  rooms,
  strictHub,
} from '#lib/server/hub.ts'
import { lagSince } from '#lib/server/lag.ts'

/** What the rest of a server does with channels, for the tests. */
const acts: Record<string, (search: URLSearchParams) => unknown> = {
  async publish(search) {
    const id = search.get('room') ?? ''
    const note = { id: search.get('note') ?? '', text: search.get('text') ?? '', by: 'server' }
    if (!search.has('unsaved')) notesOf(id).push(note)
    return rooms({ id }).publish(note, { key: search.get('key') ?? undefined })
  },
  /** One event after another, each in a turn of its own. */
  async record(search) {
    const handle = journals({ id: search.get('journal') ?? '' })
    const text = (search.get('text') ?? '') + 'x'.repeat(Number(search.get('bytes')))
    for (let event = 0; event < Number(search.get('count')); event++) {
      await handle.publish(`${text}${event}`)
      await setImmediate()
    }
  },
  journal: (search) => journals({ id: search.get('journal') ?? '' }).history(),
  lag: lagSince,
  time: () => Date.now(),
  tick: () => clock().publish({ at: new Date().toISOString() }),
  join: (search) => members.add(`${search.get('user')} ${search.get('room')}`).size,
  leave: (search) => members.delete(`${search.get('user')} ${search.get('room')}`),
  kick: (search) => hub.kick({ user: search.get('user') ?? undefined }),
  recheck: (search) => hub.recheck({ channel: room, params: { id: search.get('room') } }),
  snapshot: async (search) =>
    carriedChannel(await rooms({ id: search.get('room') ?? '' }).snapshot()),
  history: (search) => rooms({ id: search.get('room') ?? '' }).history(),
  counts: () => counts,
  size: () => strictHub.size,
  quick: () => quick,
  'size of all': () => hub.size,
  fill: (search) =>
    notesOf(search.get('room') ?? '').push({
      id: crypto.randomUUID(),
      text: 'x'.repeat(Number(search.get('bytes'))),
      by: 'server',
    }),
}

export const GET = async ({ url }) =>
  Response.json((await acts[url.searchParams.get('act') ?? '']?.(url.searchParams)) ?? null)
