import { setTimeout } from 'node:timers/promises'
import { get } from 'svelte/store'
import { produce } from '@kitrt/sse'
import { canary } from '#lib/canary.ts'
import { log } from '#lib/server/log.ts'

/** Takes its time before it has an event. */
export const GET = ({ url }) => {
  const note = (line: string) => log(url.searchParams.get('id'), `${line} ${get(canary)}`)
  return produce(
    async ({ emit }) => {
      note('start')
      await setTimeout(Number(url.searchParams.get('ms')))
      note('started')
      const timer = setInterval(() => emit('tick', get(canary)), 20)
      return () => {
        clearInterval(timer)
        note('stop')
      }
    },
    { stop: () => note('stop option') },
  )
}
