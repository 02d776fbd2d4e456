import { produce, streams } from '@kitrt/sse'

export const GET = produce(({ emit }) => void emit('ready', ''))

/** Sends a note to the streams of one user. */
export const POST = async ({ request, url }) => {
  const to = url.searchParams.get('to')
  return Response.json(
    streams('/stream/notes', ({ locals }) => locals.user === to).emit('note', await request.text()),
  )
}
