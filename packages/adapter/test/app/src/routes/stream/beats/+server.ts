import { produce } from '@kitrt/sse'

/** Says nothing but its heartbeat, twice a second. */
export const GET = produce(() => {}, { ping: 500 })
