import type { LiveChannel } from '@kitrt/core/client'
import { SvelteMap } from 'svelte/reactivity'

interface Writing {
  who: string
  writes: boolean
}

export interface Writers {
  /** Who writes just now, besides the visitor. */
  readonly names: string[]
  /** The visitor has pressed a key, or, with `false`, has stopped. */
  tell(writes: boolean): void
}

/** For so long somebody is shown who was last heard to write, in ms: one word may be lost. */
const shown = 4_000
/** How often it is told, in ms. */
const told = 1_500

/** Who writes in a room. To be called where a component begins. */
export function createWriters(
  typing: () => Pick<LiveChannel<Writing[], Writing, { writes: boolean }>, 'events' | 'publish'>,
  user: () => string | undefined,
): Writers {
  const writers = new SvelteMap<string, ReturnType<typeof setTimeout>>()
  let last = -Infinity

  function hear({ who, writes }: Writing): void {
    clearTimeout(writers.get(who))
    if (writes && who !== user())
      writers.set(
        who,
        setTimeout(() => writers.delete(who), shown),
      )
    else writers.delete(who)
  }

  $effect(() => {
    const events = typing().events()
    const read = async (): Promise<void> => {
      for await (const event of events) hear(event)
    }
    read().catch(() => {})
    return () => {
      void events.return?.()
      for (const timer of writers.values()) clearTimeout(timer)
      writers.clear()
    }
  })

  return {
    get names() {
      return [...writers.keys()]
    },
    tell(writes) {
      const now = performance.now()
      if (!user() || (writes && now - last < told)) return
      last = writes ? now : -Infinity
      // Without a connection nobody hears it, and later it is not true any more.
      typing()
        .publish({ writes })
        .catch(() => {})
    },
  }
}
