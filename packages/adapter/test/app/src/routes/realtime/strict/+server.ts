import process from 'node:process'
import { endpoint } from '@kitrt/core/server'
import { eventStream } from '@kitrt/sse'
import { websocket } from '@kitrt/ws'
import { strictHub } from '#lib/server/hub.ts'

/** Readers that do not come back may need longer. */
const maxAge = Number(process.env['STREAM_AGE'] ?? 2_000)

export const { GET, POST } = endpoint(strictHub, [websocket(), eventStream({ maxAge })])
