import { socket } from '@kitrt/ws'

/** What JavaScript does not forbid: a forgotten return. */
export const GET = socket((() => undefined) as never)
