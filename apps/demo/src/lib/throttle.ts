/**
 * Runs at once, and then no more often than every `ms`, with what was given last.
 *
 * @param ms between two runs
 */
export function throttle<Value>(ms: number, run: (value: Value) => void): (value: Value) => void {
  let next: { value: Value } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function fire(): void {
    timer = undefined
    if (!next) return
    const { value } = next
    next = undefined
    timer = setTimeout(fire, ms)
    run(value)
  }

  return (value) => {
    next = { value }
    if (timer === undefined) fire()
  }
}
