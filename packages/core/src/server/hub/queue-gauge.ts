/** Measures what waits for slow readers, for as long as anything does. */
export interface QueueGauge {
  /** Something waits. */
  waits(): void
  stop(): void
}

export interface QueueGaugeOptions {
  /** How much waits now, in bytes. */
  size: () => number
  tell: (bytes: number) => void
  /** Between two looks, in ms. @default 1_000 */
  every?: number | undefined
}

export function createQueueGauge({ size, tell, every = 1_000 }: QueueGaugeOptions): QueueGauge {
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    timer = undefined
    const bytes = size()
    tell(bytes)
    if (bytes > 0) waits()
  }

  function waits(): void {
    if (timer !== undefined) return
    timer = setTimeout(look, every)
    ;(timer as { unref?: () => void }).unref?.()
  }

  return { waits, stop: () => clearTimeout(timer) }
}
