import process from 'node:process'
import type { Handle, ServerInit } from '@sveltejs/kit/hooks'

/** What has run before this module. */
const before = globalThis.instrumented

globalThis.instrumented = `the hooks of the app, after ${before}`

export const init: ServerInit = () => {
  process.on('kitrt:ready' as never, ({ address }: { address: string }) =>
    console.log(`app is ready: ${address}`),
  )
}

export const handle: Handle = async ({ event, resolve }) => {
  if (event.url.pathname === '/base/instrumented') return new Response(before ?? 'nothing')
  return resolve(event)
}
