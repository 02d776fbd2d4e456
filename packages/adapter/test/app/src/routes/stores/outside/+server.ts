import { setImmediate } from 'node:timers/promises'
import { get } from 'svelte/store'
import { canary } from '#lib/canary.ts'
import { outside } from '#lib/server/outside.ts'

/** A store used where no request is. */
export const GET = () =>
  outside(async () => {
    await setImmediate()
    try {
      return Response.json({ value: get(canary) })
    } catch (error) {
      const { name, code, message } = error as Error & { code: string }
      return Response.json({ name, code, message })
    }
  })
