import { channel } from '@kitrt/core'
import { createHub, memory } from '@kitrt/core/server'
import * as v from 'valibot'

const events = channel('events', {
  params: v.object({ id: v.string() }),
  event: v.object({ text: v.string() }),
})

export const hub = createHub({ engine: memory() })

export const room = hub.serve(events, { subscribe: () => true })
