const day = 86_400_000

export interface WrongClockOptions {
  /** By how much it is off, one after another, in ms. @default a day ahead, then a day behind */
  offsets?: readonly number[]
  /** Between two steps, in ms. @default 200 */
  every?: number
}

/**
 * Sets the wall clock of this process wrong, and lets it step again and again. What measures time by
 * `performance.now()`, and timers, notice nothing.
 *
 * @returns sets it right
 */
export function setWrongClock({
  offsets = [day, -day],
  every = 200,
}: WrongClockOptions = {}): () => void {
  const { Date } = globalThis
  const now = (): number =>
    Date.now() + (offsets[Math.floor(performance.now() / every) % offsets.length] ?? 0)
  globalThis.Date = new Proxy(Date, {
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made) as object,
    apply: () => new Date(now()).toString(),
  })
  return () => {
    globalThis.Date = Date
  }
}
