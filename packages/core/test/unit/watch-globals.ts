/** What an import must not touch: time, the network, chance. */
const watched: [object, string][] = [
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [globalThis, 'queueMicrotask'],
  [globalThis, 'addEventListener'],
  [globalThis, 'fetch'],
  [globalThis, 'WebSocket'],
  [globalThis, 'EventSource'],
  [globalThis, 'document'],
  [globalThis, 'location'],
  [globalThis, 'navigator'],
  [Math, 'random'],
  [Date, 'now'],
  [crypto, 'randomUUID'],
]

/**
 * Runs a function and tells which of the watched globals the sources of our packages read during
 * it. What the test runner itself reads does not count.
 */
export async function watchGlobals(run: () => unknown): Promise<string[]> {
  const touched: string[] = []
  const restore = watched.map(([holder, name]) => {
    const before = Object.getOwnPropertyDescriptor(holder, name)
    let value: unknown = Reflect.get(holder, name)
    Object.defineProperty(holder, name, {
      configurable: true,
      get() {
        // 'Error', this getter, and the line that reads it
        const reader = new Error().stack?.split('\n')[2] ?? ''
        if (/[/\\]packages[/\\]\w+[/\\]src[/\\]/.test(reader)) touched.push(name)
        return value
      },
      // The test runner puts its own timers in their place for a while.
      set(next) {
        value = next
      },
    })
    return () => {
      if (before) Object.defineProperty(holder, name, before)
      else Reflect.deleteProperty(holder, name)
    }
  })
  try {
    await run()
  } finally {
    for (const undo of restore) undo()
  }
  return touched
}
