import { publish, socket } from '@kitrt/ws'

/** Another route with topics of the same names. */
export const GET = socket(() => ({
  open(peer) {
    peer.subscribe('news')
    peer.send('open')
  },
}))

/** Publishes to the peers of `?route=`, as a job would. */
export const POST = async ({ request, url }) =>
  Response.json(
    publish(
      url.searchParams.get('route') ?? '',
      url.searchParams.get('topic') ?? '',
      await request.text(),
    ),
  )
