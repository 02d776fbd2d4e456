/** What is gathered while the event loop turns, and written at its end. */
export interface Turn {
  /** Calls `flush` once at the end of this turn; rooms before connections, since they write to those. */
  end(what: 'room' | 'connection', flush: () => void): void
}

export function createTurn(): Turn {
  const rooms = new Set<() => void>()
  const connections = new Set<() => void>()
  let armed = false

  function flush(): void {
    armed = false
    for (const ends of [rooms, connections]) {
      for (const run of ends) {
        ends.delete(run)
        run()
      }
    }
  }

  return {
    end(what, run) {
      ;(what === 'room' ? rooms : connections).add(run)
      if (armed) return
      armed = true
      // Unlike a microtask it comes when all sockets of this turn have been read.
      setImmediate(flush)
    },
  }
}
