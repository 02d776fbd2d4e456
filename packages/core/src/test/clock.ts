import { AsyncLocalStorage } from 'node:async_hooks'

/** One of several computers in a test, whose time may stand still. */
export interface Machine {
  /** Until when it sleeps, in ms. */
  asleepUntil: number
  /** How long it has slept in all, in ms. */
  slept: number
}

/** Time that only goes on when all that can happen has happened. */
export interface Clock {
  /** Since it was installed, in ms. */
  readonly now: number
  /** Lets time pass: timers run when they are due, and between two of them all promises settle. In ms. */
  turn(ms: number): Promise<void>
  after(ms: number, run: () => void): void
  /** Runs something on a machine: its timers wait while that sleeps. */
  on<T>(machine: Machine, run: () => T): T
  /** Puts a machine to sleep: its timers and its monotonic clock stand still, the calendar goes on. */
  suspend(machine: Machine, ms: number): void
  /** Runs something on none, whoever calls. */
  off<T>(run: () => T): T
  /** Resolves after a while. */
  sleep(ms: number): Promise<void>
  /** Lets time pass up to a moment, in ms. */
  runUntil(moment: number): Promise<void>
  /** Gives the process its own time and chance back. */
  restore(): void
}

interface Task {
  at: number
  order: number
  run: () => void
  machine: Machine | undefined
  every: number | undefined
  done: boolean
}

export interface ClockOptions {
  /** Decides what is left to chance, from 0 to 1: with a seed, a run can be had again. @default the platform's own */
  random?: (() => number) | undefined
  /**
   * Resolves when all that promises have to do is done; called between two timers. What only promises
   * drive settles with `process.nextTick` of Node, in half the time. @default a turn of the event loop
   */
  settle?: (() => Promise<void>) | undefined
}

/** Taken before any clock is installed. */
const { setImmediate } = globalThis
const turnOfEventLoop = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/**
 * Puts the process on a clock that a test turns: timers, `performance.now()`, `Date.now()`, and, where
 * `random` is given, chance. Test runners' fake timers are left alone; use one or the other.
 *
 * ```ts
 * const clock = installClock()
 * await clock.turn(30_000)
 * clock.restore()
 * ```
 */
export function installClock({ random, settle = turnOfEventLoop }: ClockOptions = {}): Clock {
  const tasks: Task[] = []
  const machines = new AsyncLocalStorage<Machine | undefined>()
  /** Snapshots, since entering a storage anew each time takes most of the time. */
  const contexts = new Map<Machine | undefined, <T>(run: () => T) => T>()

  function on<T>(machine: Machine | undefined, run: () => T): T {
    const context: <R>(run: () => R) => R =
      contexts.get(machine) ?? machines.run(machine, () => AsyncLocalStorage.snapshot())
    contexts.set(machine, context)
    return context(run)
  }

  let now = 0
  let order = 0
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    setImmediate: globalThis.setImmediate,
    performanceNow: performance.now,
    dateNow: Date.now,
    random: Math.random,
    randomUUID: crypto.randomUUID,
  }

  /** A heap by time, then by order. */
  const before = (one: Task, other: Task): boolean =>
    one.at < other.at || (one.at === other.at && one.order < other.order)

  function push(task: Task): void {
    let index = tasks.push(task) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(tasks[index] as Task, tasks[parent] as Task)) break
      swap(index, parent)
      index = parent
    }
  }

  function pop(): Task | undefined {
    const first = tasks[0]
    const last = tasks.pop()
    if (!first || !last || tasks.length === 0) return first
    tasks[0] = last
    for (let index = 0; ;) {
      const left = index * 2 + 1
      let least = index
      for (const child of [left, left + 1]) {
        if (child < tasks.length && before(tasks[child] as Task, tasks[least] as Task))
          least = child
      }
      if (least === index) return first
      swap(index, least)
      index = least
    }
  }

  function swap(one: number, other: number): void {
    const kept = tasks[one] as Task
    tasks[one] = tasks[other] as Task
    tasks[other] = kept
  }

  function add(ms: number, run: () => void, every?: number): Task {
    const at = now + Math.max(0, ms)
    const machine = machines.getStore()
    const task: Task = { at, order: order++, run, machine, every, done: false }
    push(task)
    return task
  }

  const clear = (task: unknown): void => {
    if (task) (task as Task).done = true
  }
  const timer = (run: () => void, ms = 0, every?: number): never =>
    Object.assign(add(ms, run, every), { unref: () => {} }) as never

  globalThis.setTimeout = ((run: () => void, ms?: number) => timer(run, ms)) as never
  globalThis.clearTimeout = clear
  globalThis.setInterval = ((run: () => void, ms = 0) => timer(run, ms, Math.max(1, ms))) as never
  globalThis.clearInterval = clear
  globalThis.setImmediate = ((run: () => void) => timer(run, 0)) as never
  performance.now = () => now - (machines.getStore()?.slept ?? 0)
  Date.now = () => 1_700_000_000_000 + now
  if (random) {
    Math.random = random
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
    crypto.randomUUID = () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
  }

  async function runUntil(moment: number): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one moment after another
      await settle()
      while (tasks[0]?.done) pop()
      if (!tasks[0] || tasks[0].at > moment) break
      const task = pop() as Task
      now = task.at
      if (task.every === undefined) task.done = true
      if (task.machine) on(task.machine, task.run)
      else task.run()
      if (task.every !== undefined && !task.done) {
        task.at = now + task.every
        task.order = order++
        push(task)
      }
    }
    now = moment
  }

  return {
    get now() {
      return now
    },
    turn: (ms) => runUntil(now + ms),
    after: (ms, run) => void add(ms, run),
    on,
    suspend(machine, ms) {
      machine.asleepUntil = now + ms
      machine.slept += ms
      const all = tasks.splice(0)
      for (const task of all) {
        if (task.machine === machine) task.at += ms
        push(task)
      }
    },
    off: (run) => on(undefined, run),
    sleep: (ms) => new Promise((resolve) => add(ms, resolve)),
    runUntil,
    restore() {
      globalThis.setTimeout = real.setTimeout
      globalThis.clearTimeout = real.clearTimeout
      globalThis.setInterval = real.setInterval
      globalThis.clearInterval = real.clearInterval
      globalThis.setImmediate = real.setImmediate
      performance.now = real.performanceNow
      Date.now = real.dateNow
      Math.random = real.random
      crypto.randomUUID = real.randomUUID
    },
  }
}
