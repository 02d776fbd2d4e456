import type { Carrier } from './carrier.ts'

/**
 * The connection in charge and, where messages go one way, the one that is opened in its place since
 * what is followed has changed (rule 8 of PROTOCOL.md).
 */
export interface Succession {
  readonly current: Carrier | undefined
  /** Opens the first one. */
  open(): void
  /** Opens one in place of the current one. */
  reopen(): void
  /** Whether it is to take the place of the current one. */
  isNext(carrier: Carrier): boolean
  /** Something was answered: when all is that the next one was asked, the last one ends. */
  answered(carrier: Carrier): void
  /** Lets go of all connections. */
  drop(): void
}

export interface SuccessionOptions {
  connect: () => Carrier
  /** Whether anything is followed. */
  isWanted: () => boolean
  /** Whether a connection that has taken another's place lacks something. */
  isIncomplete: (carrier: Carrier) => boolean
}

export function createSuccession({
  connect,
  isWanted,
  isIncomplete,
}: SuccessionOptions): Succession {
  let current: Carrier | undefined
  let next: Carrier | undefined
  let opening = false
  let reopening: ReturnType<typeof setTimeout> | undefined

  function reopen(): void {
    if (reopening !== undefined || next || !current?.greeted) return
    // All that one turn of the event loop changes goes in one request.
    reopening = setTimeout(() => {
      reopening = undefined
      if (!current || !isWanted()) return
      opening = true
      next = connect()
      opening = false
    }, 0)
  }

  return {
    get current() {
      return current
    },
    open() {
      current = connect()
    },
    reopen,
    isNext: (carrier) => carrier === next || opening,
    answered(carrier) {
      if (carrier !== next || !carrier.greeted || carrier.asked.size > 0) return
      current?.close()
      current = carrier
      next = undefined
      // What has changed in the meantime.
      if (isIncomplete(carrier)) reopen()
    },
    drop() {
      clearTimeout(reopening)
      reopening = undefined
      next?.close()
      current?.close()
      next = current = undefined
    },
  }
}
