import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { handle as stores } from '@kitrt/stores/server'
import { sequence } from '@sveltejs/kit/hooks'
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks'
import { engine } from '#lib/server/engine.ts'
import { log } from '#lib/server/log.ts'
import { canary } from '#lib/canary.ts'
import { rememberOutside } from '#lib/server/outside.ts'
import { building } from '$app/env'

export const init = () => {
  rememberOutside()
  if (process.env['NO_SHUTDOWN_LISTENER']) return
  process.on('sveltekit:shutdown' as never, (reason: string) => {
    console.log(`app shuts down: ${reason}`)
    // Its connections would keep the process.
    void engine.close()
  })
}

const app: Handle = async ({ event, resolve }) => {
  const search = building ? new URLSearchParams() : event.url.searchParams
  log(search.get('id'), `handle ${event.request.method}`)
  event.locals.user = event.cookies.get('user')
  canary.set(event.locals.user ?? 'nobody')
  await setTimeout(Math.random() * 3)
  if (search.has('cookies')) {
    event.cookies.set('first', '1', { path: '/' })
    event.cookies.set('second', '2', { path: '/' })
    event.setHeaders({ 'x-from-handle': 'yes' })
  }
  const response = await resolve(event)
  if (search.has('cookies')) response.headers.set('x-after-resolve', 'yes')
  if (search.has('instead'))
    return new Response('handle says no', { status: 409, headers: { 'x-why': 'full' } })
  return response
}

export const handle = sequence(stores, app)

export const handleError: HandleServerError = ({ error, event, kind }) => {
  if (event && !building)
    log(event.url.searchParams.get('id'), `handleError ${kind} ${(error as Error).message}`)
  return undefined
}
