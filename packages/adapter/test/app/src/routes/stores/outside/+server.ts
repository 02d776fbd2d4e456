import { setImmediate } from 'node:timers/promises'
import { get } from 'svelte/store'
import { canary } from '#lib/canary.ts'
import { attempt } from '#lib/server/attempt.ts'
import { outside } from '#lib/server/outside.ts'

/** A store used where no request is. */
export const GET = () =>
  outside(async () => {
    await setImmediate()
    return Response.json(attempt(() => get(canary)))
  })
