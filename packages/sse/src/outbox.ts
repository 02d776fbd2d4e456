/** The way of the bytes to the reader, and how much of them waits. */
export interface Outbox {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  write(data: string | Uint8Array<ArrayBuffer>): void
  /** Bytes that the reader has not taken. */
  waiting(): number
  /** Waits until the reader has taken what was written. Resolves to whether there still is one. */
  drained(): Promise<boolean>
  /** Nothing more will come, and what waits is still to be taken. Closing twice does nothing. */
  close(): void
}

/** What the stream holds ready for a reader before it counts as waiting, in bytes. */
const outboxSize = 2 ** 14

/**
 * @param left called when the reader has left
 * @param closeTimeout how long the reader may take nothing of what waits when it is closed, in ms
 */
export function createOutbox(left: () => void, closeTimeout: number): Outbox {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let open = true
  let waiters: ((open: boolean) => void)[] = []
  let closing: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    const told = waiters
    waiters = []
    for (const resolve of told) resolve(open)
  }

  function end(): void {
    open = false
    tell()
  }

  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(opened) {
        controller = opened
      },
      // Called when there is room again.
      pull: tell,
      cancel() {
        clearTimeout(closing)
        end()
        left()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: outboxSize }),
  )

  const waiting = (): number => outboxSize - (controller?.desiredSize ?? outboxSize)

  /** Drops what waits when nothing of it is taken: its reader may never read, nor leave. */
  function expire(): void {
    const before = waiting()
    const look = (): void => {
      if (waiting() < before) return expire()
      // Text: Bun and Deno write it to the log, and of an error the stack with it.
      controller?.error(
        `kitrt: A stream has ended whose reader took nothing for ${closeTimeout} ms.`,
      )
    }
    closing = setTimeout(look, Math.min(closeTimeout, 2 ** 31 - 1))
  }

  return {
    body,
    waiting,
    write(data) {
      if (open) controller?.enqueue(typeof data === 'string' ? encoder.encode(data) : data)
    },
    drained() {
      if (!open || waiting() < outboxSize) return Promise.resolve(open)
      return new Promise((resolve) => waiters.push(resolve))
    },
    close() {
      if (!open) return
      end()
      if (waiting() > outboxSize) expire()
      controller?.close()
    },
  }
}
