import { fail, redirect } from '@sveltejs/kit'
import type { RequestEvent, ServerLoadEvent } from '@sveltejs/kit'
import { writable } from '@kitrt/stores'
import { get } from 'svelte/store'
import { look } from '../../lib/look.ts'
import { lookAndLog } from '../../lib/look-and-log.ts'
import { ownOf } from '../../lib/own-of.ts'
import { pause } from '../../lib/pause.ts'
import { canary, tray } from '../../lib/stores.ts'
import { Tag } from '../../lib/tag.ts'

async function later(place: string, own: string): Promise<string> {
  await pause(place, own)
  await pause(`${place} again`, own)
  return lookAndLog(place, own)
}

async function reject(own: string): Promise<never> {
  await pause('rejects', own)
  throw new Error(look('rejects', own))
}

export const load = async (event: ServerLoadEvent) => {
  const own = ownOf(event)
  const early = lookAndLog('server load', own)
  await pause('server load', own)
  await tray.ask(`/endpoint?sub&of=${own}`)
  event.setHeaders({ 'x-load': `${get(canary)} ${look('server load', own)}` })
  event.cookies.set('seen', get(canary), { path: '/' })
  const rejected = reject(own)
  // It may reject before the page is ready to tell of it.
  rejected.catch(() => {})
  return {
    inLoad: [early, lookAndLog('server load', own)],
    tag: new Tag(own),
    carried: writable(own, { key: 'carried' }),
    streamed: later('streamed promise', own),
    rejected,
  }
}

/** What an action is sent: the name is in the body here. */
async function read({ request }: RequestEvent): Promise<string> {
  return (await request.formData()).get('own') as string
}

export const actions = {
  async act(event: RequestEvent) {
    const own = await read(event)
    const early = lookAndLog('action', own)
    await pause('action', own)
    event.cookies.set('acted', get(canary), { path: '/' })
    return { seen: [early, lookAndLog('action', own)] }
  },
  async fail(event: RequestEvent) {
    const own = await read(event)
    await pause('failing action', own)
    return fail(422, { seen: lookAndLog('failing action', own) })
  },
  async leave(event: RequestEvent) {
    const own = await read(event)
    await pause('redirecting action', own)
    lookAndLog('redirecting action', own)
    redirect(303, `/endpoint?of=${get(canary)}`)
  },
  async break(event: RequestEvent) {
    const own = await read(event)
    await pause('breaking action', own)
    throw new Error('thrown in an action')
  },
}
