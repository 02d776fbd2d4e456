import { socket } from '@kitrt/ws'
import { error, redirect } from '@sveltejs/kit'

export const GET = socket(async ({ locals, params, route, setHeaders, url }) => {
  setHeaders({ 'x-room': params['room'] ?? '' })
  if (params['room'] === 'moved') redirect(303, '/elsewhere')
  if (params['room'] === 'full') return new Response('no room', { status: 409 })
  if (params['room'] === 'broken') throw new Error('the route fell over')
  if (params['room'] === 'long')
    return new Promise<never>((_resolve, reject) => reject(new Error('x'.repeat(300_000))))
  if (!locals.user) error(401, 'who are you')
  return {
    open(peer) {
      const { event } = peer
      peer.send(
        JSON.stringify({
          user: locals.user,
          room: event.params['room'],
          route: route.id,
          path: event.url.pathname,
          query: url.search,
          cookie: event.cookies.get('user'),
          agent: event.headers.get('x-agent'),
          address: event.clientAddress,
        }),
      )
    },
    message(peer) {
      // Long after the upgrade, everything can still be read.
      peer.send(JSON.stringify([peer.event.cookies.get('user'), peer.event.headers.get('x-agent')]))
    },
  }
})
