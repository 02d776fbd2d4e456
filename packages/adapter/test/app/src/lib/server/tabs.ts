import { createHub } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { flow } from '#lib/flow.ts'
import { engine } from './engine.ts'

export const hub = createHub({
  engine,
  user: ({ locals }: RequestEvent) => locals.user && { id: locals.user },
  limits: { spread: 100 },
})

const users = ['ada', 'bob']
const last = new Map<string, number>()
/** What browsers have published. */
export const published: { by: string | undefined; number: number }[] = []

export const flows = hub.serve(flow, {
  subscribe: ({ user, params: { id } }) => !users.includes(id) || user?.id === id,
  publish: ({ user, event }) => {
    published.push({ by: user?.id, number: event })
    return event
  },
  snapshot: ({ params: { id } }) => last.get(id) ?? 0,
})

let pouring: ReturnType<typeof setInterval> | undefined

/** Publishes the next number of a room. */
export async function pour(id: string): Promise<number> {
  const number = (last.get(id) ?? 0) + 1
  last.set(id, number)
  await flows({ id }).publish(number)
  return number
}

/** @param every in ms; 0 ends it */
export function keepPouring(id: string, every: number): void {
  clearInterval(pouring)
  if (every > 0) pouring = setInterval(() => void pour(id), every)
}
