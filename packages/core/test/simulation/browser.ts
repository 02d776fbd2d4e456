import type { Broadcast, Browser, Note } from '../../src/client/tabs/browser.ts'
import type { Clock, Machine } from '../../src/test/clock.ts'
import type { Random } from './random.ts'

/** What the tabs of one browser have in common: locks, and channels between them. A tab is a machine, since one may be frozen alone. */
export interface SimulatedBrowser {
  /** What a tab sees of it. */
  tab(machine: Machine): Browser
  /** A tab is gone, without a word. */
  kill(machine: Machine): void
}

interface Request {
  machine: Machine
  /** Lets its callback run. @returns when it is released */
  run: () => Promise<void> | undefined
  settle: { resolve: (value?: unknown) => void; reject: (error: Error) => void }
}

interface Lock {
  held: Request | undefined
  queue: Request[]
}

const aborted = (): Error => new DOMException('the lock is not yours', 'AbortError')

export function createBrowser(
  clock: Clock,
  random: Random,
  count: (name: string) => void,
): SimulatedBrowser {
  const locks = new Map<string, Lock>()
  const channels = new Map<string, Set<{ machine: Machine; take: (data: unknown) => void }>>()
  const gone = new Set<Machine>()
  /** What a tab is told comes in its order, but not while it is frozen. */
  const inboxes = new Map<Machine, (() => void)[]>()

  function tellLater(machine: Machine, run: () => void): void {
    const inbox = inboxes.get(machine) ?? []
    inboxes.set(machine, inbox)
    inbox.push(run)
    function pump(): void {
      if (gone.has(machine)) return
      if (machine.asleepUntil > clock.now) {
        return clock.after(machine.asleepUntil - clock.now, pump)
      }
      const first = inbox.shift()
      if (first) clock.on(machine, first)
    }
    clock.off(() =>
      clock.after(random.chance(0.02) ? random.between(50, 800) : random.between(0, 3), pump),
    )
  }

  function lockOf(name: string): Lock {
    const known = locks.get(name)
    if (known) return known
    const lock: Lock = { held: undefined, queue: [] }
    locks.set(name, lock)
    return lock
  }

  function grant(lock: Lock): void {
    const next = lock.held ? undefined : lock.queue.shift()
    if (!next) return
    lock.held = next
    tellLater(next.machine, () => {
      void Promise.resolve(lock.held === next ? next.run() : undefined).then(() => {
        if (lock.held !== next) return
        lock.held = undefined
        next.settle.resolve()
        return grant(lock)
      })
    })
  }

  function request(
    machine: Machine,
    name: string,
    { signal, steal }: { signal?: AbortSignal; steal?: boolean },
    run: Request['run'],
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (gone.has(machine)) return
      const lock = lockOf(name)
      const mine: Request = { machine, run, settle: { resolve, reject } }
      signal?.addEventListener('abort', () => {
        if (!lock.queue.includes(mine)) return
        lock.queue = lock.queue.filter((one) => one !== mine)
        reject(aborted())
      })
      if (steal && lock.held) {
        const { machine: robbed, settle } = lock.held
        lock.held = undefined
        count('locks stolen')
        tellLater(robbed, () => settle.reject(aborted()))
      }
      if (steal) lock.queue.unshift(mine)
      else lock.queue.push(mine)
      grant(lock)
    })
  }

  return {
    tab: (machine) => ({
      navigator: {
        locks: {
          request: (name, options, run) => request(machine, name, options, run),
          query: async () => ({}),
        },
      },
      BroadcastChannel: class implements Broadcast {
        readonly #all: Set<{ machine: Machine; take: (data: unknown) => void }>
        readonly #mine = { machine, take: (_data: unknown): void => {} }
        constructor(name: string) {
          this.#all = channels.get(name) ?? new Set()
          channels.set(name, this.#all.add(this.#mine))
        }
        addEventListener(_type: 'message', listener: (event: { data: unknown }) => void): void {
          this.#mine.take = (data) => listener({ data })
        }
        postMessage(data: unknown): void {
          if (gone.has(machine)) return
          const copy = structuredClone(data)
          count((data as Note).to ? 'messages to tabs' : 'messages of tabs')
          for (const other of this.#all) {
            if (other === this.#mine) continue
            tellLater(other.machine, () => {
              if (this.#all.has(other)) other.take(copy)
            })
          }
        }
        close(): void {
          this.#all.delete(this.#mine)
        }
      },
    }),
    kill(machine) {
      gone.add(machine)
      for (const lock of locks.values()) {
        lock.queue = lock.queue.filter((one) => one.machine !== machine)
        if (lock.held?.machine === machine) lock.held = undefined
        grant(lock)
      }
      for (const all of channels.values()) {
        for (const one of all) if (one.machine === machine) all.delete(one)
      }
    },
  }
}
