import { get } from 'svelte/store'
import { canary } from '#lib/canary.ts'
import { attempt } from '#lib/server/attempt.ts'

/** By visitor: what the rest of a request does when its response has gone out. */
const rests = new Map<string, () => Promise<unknown>>()

export const GET = async ({ url, locals }) => {
  const user = url.searchParams.get('of')
  if (user) return Response.json(await rests.get(user)?.())
  const gate = Promise.withResolvers<void>()
  const rest = gate.promise.then(() => attempt(() => get(canary)))
  rests.set(locals.user ?? '', () => {
    gate.resolve()
    return rest
  })
  return new Response('the rest comes later')
}
