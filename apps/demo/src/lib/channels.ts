import { channel } from '@kitrt/core'
import * as v from 'valibot'

const Message = v.object({ id: v.string(), author: v.string(), text: v.string(), at: v.number() })
export type Message = v.InferOutput<typeof Message>

const params = v.object({ id: v.pipe(v.string(), v.maxLength(50)) })

export const room = channel('room', {
  params,
  event: Message,
  publish: v.object({ text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500)) }),
  state: {
    init: (): Message[] => [],
    apply: (messages, message) =>
      messages.some(({ id }) => id === message.id) ? messages : [...messages, message].slice(-100),
  },
  presence: v.object({ name: v.string() }),
})

/** That somebody writes in a room, or has stopped: for those who are there, and never kept. */
export const typing = channel('typing', {
  params,
  event: v.object({ who: v.string(), writes: v.boolean() }),
  publish: v.object({ writes: v.boolean() }),
  policy: 'volatile',
})
