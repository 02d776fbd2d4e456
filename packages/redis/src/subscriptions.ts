import type { Wire } from './wire/wire.ts'

/** Who hears what is published under a name. */
export interface Hearer {
  hear(text: string): void
  /** Something may have been missed. */
  gap(): void
}

/** What we have subscribed to: each name once, whoever listens. */
export interface Subscriptions {
  /** @returns the end of it, for which twice is once; when what is published from now on will be heard */
  add(name: string, hearer: Hearer): Promise<() => void>
  /** Tells who listens. */
  message(name: string, text: string): void
  /** Subscribes to all on a new wire. */
  resume(wire: Wire): Promise<void>
  close(): void
}

interface Subscription {
  hearers: Set<{ hearer: Hearer }>
  ready: Promise<void>
  /** Whether it was ever ready: who still waits has missed nothing. */
  live: boolean
}

/** How many names are in one command. */
const chunk = 500
/** How long those wait who are told of a gap behind so many others, in ms: each will ask Redis for more. */
const pause = 20

export function createSubscriptions(link: {
  readonly wire: Wire | undefined
  up(): Promise<Wire>
}): Subscriptions {
  const all = new Map<string, Subscription>()
  let closed = false

  async function subscribe(name: string): Promise<void> {
    await (await link.up()).subscribe([name])
  }

  async function tellGap(): Promise<void> {
    const told = [...all.values()].filter(({ live }) => live)
    // oxlint-disable-next-line no-unmodified-loop-condition -- somebody else ends it while we wait
    for (let begin = 0; begin < told.length && !closed; begin += chunk) {
      for (const { hearers } of told.slice(begin, begin + chunk)) {
        for (const { hearer } of [...hearers]) hearer.gap()
      }
      // oxlint-disable-next-line no-await-in-loop -- one after another is the point
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }

  return {
    async add(name, hearer) {
      const mine = { hearer }
      const one = all.get(name) ?? { hearers: new Set(), ready: subscribe(name), live: false }
      all.set(name, one)
      one.hearers.add(mine)
      function stop(): void {
        if (!one.hearers.delete(mine) || one.hearers.size > 0 || all.get(name) !== one) return
        all.delete(name)
        link.wire?.unsubscribe([name]).catch(() => {})
      }
      try {
        await one.ready
        one.live = true
        return stop
      } catch (error) {
        stop()
        throw error
      }
    },
    message(name, text) {
      for (const { hearer } of [...(all.get(name)?.hearers ?? [])]) hearer.hear(text)
    },
    async resume(wire) {
      const names = [...all.keys()]
      for (let begin = 0; begin < names.length; begin += chunk) {
        // oxlint-disable-next-line no-await-in-loop -- a command has its bounds
        await wire.subscribe(names.slice(begin, begin + chunk))
      }
      // Who has left meanwhile had no wire to say so on.
      const left = names.filter((name) => !all.has(name))
      if (left.length > 0) await wire.unsubscribe(left)
      void tellGap()
    },
    close() {
      closed = true
      all.clear()
    },
  }
}
