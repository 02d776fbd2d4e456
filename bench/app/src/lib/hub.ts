import process from 'node:process'
import { channel } from '@kitrt/core'
import { createHub, memory } from '@kitrt/core/server'
import { redis } from '@kitrt/redis'
import { createClient } from 'redis'
import * as v from 'valibot'

const events = channel('events', {
  params: v.object({ id: v.string() }),
  event: v.object({ text: v.string() }),
})

const { REDIS_URL: url } = process.env

export const hub = createHub({ engine: url ? redis(createClient({ url })) : memory() })

export const room = hub.serve(events, { subscribe: () => true })
