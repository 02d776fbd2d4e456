import { socket } from '@kitrt/ws'
import * as v from 'valibot'

/** Tells its client what was wrong with a message. */
export const GET = socket(
  () => ({
    message: (peer, { text }) => peer.send({ text }),
    error: (peer, error) => peer.send({ wrong: (error as Error).message }),
  }),
  { receive: v.object({ text: v.string() }), invalid: 'error' },
)
