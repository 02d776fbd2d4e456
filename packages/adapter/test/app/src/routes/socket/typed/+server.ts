import { socket } from '@kitrt/ws'
import * as v from 'valibot'

const Draft = v.object({
  text: v.pipe(v.string(), v.maxLength(10)),
  at: v.optional(v.pipe(v.string(), v.toDate())),
})
const Message = v.object({ text: v.string(), year: v.optional(v.number()) })

/** Closes with 1007 on what is no draft; with `?tell` the error handler is told. */
export const GET = socket(
  () => ({
    message(peer, { text, at }) {
      if (text === 'wrong') peer.send({ text: 1 as never })
      else peer.send({ text: `got ${text}`, ...(at && { year: at.getUTCFullYear() }) })
    },
  }),
  { receive: Draft, send: Message },
)
