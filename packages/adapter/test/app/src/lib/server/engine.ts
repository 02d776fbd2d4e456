import process from 'node:process'
import { memory } from '@kitrt/core/server'
import type { Engine } from '@kitrt/core/server'
import { redis } from '@kitrt/redis'
import { createClient } from 'redis'

const { REDIS_URL: url, REDIS_PREFIX: prefix } = process.env

/** Of all hubs of the process; with `REDIS_URL` of all processes with the same `REDIS_PREFIX`. */
export const engine: Engine = url ? redis(createClient({ url }), { prefix }) : memory()
