import process from 'node:process'
import { memory } from '@kitrt/core/server'
import { redis } from '@kitrt/redis'
import { createClient } from 'redis'

const { REDIS_URL: url } = process.env

/** With `REDIS_URL` any number of processes are one server; without, there is one. */
export const engine = url ? redis(createClient({ url }), { prefix: 'demo:' }) : memory()
