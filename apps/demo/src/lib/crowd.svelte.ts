import { call } from '@kitrt/core/client'
import { colors, crowd } from '#lib/board.ts'
import type { Color } from '#lib/board.ts'

/** Whether a page wants the server's pointers: for as long as they move, if it does not say no before. */
export interface CrowdSwitch {
  on: boolean
  /** Why there are none. */
  readonly refused: string
}

/** To be called where a component begins. */
export function createCrowdSwitch(): CrowdSwitch {
  let on = $state(false)
  let refused = $state('')

  $effect(() => {
    if (!on) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    async function start(): Promise<void> {
      try {
        const lasting = await call(crowd, undefined, 'start', {}, { signal: stop.signal })
        if (!stop.signal.aborted) timer = setTimeout(() => (on = false), lasting)
      } catch (error) {
        if (stop.signal.aborted) return
        on = false
        refused = (error as Error).message
      }
    }
    refused = ''
    void start()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  })

  return {
    get on() {
      return on
    },
    set on(wanted) {
      on = wanted
    },
    get refused() {
      return refused
    },
  }
}

const names = Object.keys(colors) as Color[]

/** What is shown of `robot 17`. */
export function robotLook(who: string): { name: string; color: Color | undefined } {
  const number = who.replace('robot ', '')
  return { name: number, color: names[Number(number) % names.length] }
}
