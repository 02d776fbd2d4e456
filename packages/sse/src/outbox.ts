/** The way of the bytes to the reader, and how much of them waits. */
export interface Outbox {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  write(data: string | Uint8Array<ArrayBuffer>): void
  /** Bytes that the reader has not taken. */
  waiting(): number
  /** Waits until the reader has taken what was written. Resolves to whether there still is one. */
  drained(): Promise<boolean>
  /** Nothing more will come. Closing twice does nothing. */
  close(): void
}

/** What the stream holds ready for a reader before it counts as waiting, in bytes. */
const outboxSize = 2 ** 14

/** @param left called when the reader has left */
export function createOutbox(left: () => void): Outbox {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let open = true
  let waiters: ((open: boolean) => void)[] = []

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
        end()
        left()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: outboxSize }),
  )

  const waiting = (): number => outboxSize - (controller?.desiredSize ?? outboxSize)

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
      controller?.close()
    },
  }
}
