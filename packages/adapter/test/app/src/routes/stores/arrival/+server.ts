import { get } from 'svelte/store'
import { canary } from '#lib/canary.ts'
import { attempt } from '#lib/server/attempt.ts'
import { onArrival } from '#lib/server/outside.ts'

const imports: string[] = []

/**
 * A store used in a callback that comes from outside. With `?import` the request imports a module
 * for the first time, which on Deno leaves its contexts to such callbacks.
 */
export const GET = async ({ url }) => {
  if (url.searchParams.has('import')) {
    imports.push(`data:text/javascript,export default ${imports.length}`)
    await import(/* @vite-ignore */ imports.at(-1) ?? '')
    return new Response(get(canary))
  }
  return Response.json(await onArrival(() => attempt(() => get(canary))))
}
