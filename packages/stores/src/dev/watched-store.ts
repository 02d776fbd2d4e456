import { stringify } from 'devalue'
import type { Readable } from 'svelte/store'
import { appPlace, stackBelow } from '../call-site.ts'
import type { Use } from '../dev.ts'
import type { HandleName } from '../resolve.ts'

/** What one instance of a component has seen of a store when it last read it. */
export interface Read {
  /** The component's file. */
  component: string
  /** How often the store had changed. */
  changes: number
  text: string
}

/** A keyed store of one request, from when the first component has read it. */
export interface WatchedStore {
  name: HandleName
  /** Where it has changed since. */
  changes: string[]
  /** Its value as the page would carry it. */
  text(): string
  /** Notes that a component has read it. */
  read(component: string): Read
  stop(): void
}

/** A line of a component's own code, its snippets included; not of a `.svelte.ts` module. */
const ofComponent = /\.svelte[:,?]/

export function isReadable(store: object): store is Readable<unknown> {
  return 'subscribe' in store && typeof store.subscribe === 'function'
}

export function watchStore(use: Use & { store: Readable<unknown> }): WatchedStore {
  const { name, store } = use
  const changes: string[] = []
  /** The last reading of each component, whichever of its instances it was. */
  const latest = new Map<string, Read>()
  let current: string | undefined
  const text = (): string => (current ??= textOf(use) ?? `change ${changes.length}`)
  let begun = false
  const stop = store.subscribe(function changed() {
    if (!begun) return
    current = undefined
    const stack = stackBelow(changed)
    changes.push(appPlace(stack))
    // What a component changes itself it knows of, as if it had read it again.
    const rendering = stack.find((line) => ofComponent.test(line))
    for (const [component, read] of latest) {
      if (!rendering?.includes(component)) continue
      read.changes = changes.length
      read.text = text()
    }
  })
  begun = true
  return {
    name,
    changes,
    text,
    stop,
    read(component) {
      const read = { component, changes: changes.length, text: text() }
      latest.set(component, read)
      return read
    },
  }
}

/** A value as the page carries it, so that an object that was changed in place is another one. */
function textOf({ scope, name: { key = '' }, encoders }: Use): string | undefined {
  try {
    return stringify(scope.keyed?.get(key)?.read(), encoders())
  } catch {
    // The page will be refused for it, and say why.
    return undefined
  }
}
