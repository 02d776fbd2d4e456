import type { Page } from './environment.ts'

/** What a WebSocket takes. */
export type SocketMessage = string | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob

/** What waits: bytes are a copy, as a WebSocket's own `send` makes one. */
export type Queued = string | ArrayBuffer | Blob

export interface OutboxOptions {
  /** See `OpenSocketOptions.maxQueue`. */
  maxQueue?: number | undefined
  /** See `OpenSocketOptions.maxBuffered`. */
  maxBuffered: number
  page: Page | undefined
  /** Given what waits when the page goes and will not come back. */
  onLost: (messages: Queued[]) => void
}

/** Messages that wait for a connection. */
export interface Outbox {
  /** @returns whether there was room */
  add(data: SocketMessage): boolean
  /** Takes out everything, in order. */
  take(): Queued[]
}

export function createOutbox({ maxQueue = 100, maxBuffered, page, onLost }: OutboxOptions): Outbox {
  let queue: Queued[] = []
  let bytes = 0

  function onHide(event: Event): void {
    if (!(event as PageTransitionEvent).persisted) onLost(take())
  }

  function take(): Queued[] {
    const taken = queue
    queue = []
    bytes = 0
    page?.removeEventListener('pagehide', onHide)
    return taken
  }

  return {
    add(data) {
      if (!(queue.length < maxQueue && bytes <= maxBuffered)) return false
      const copy = ArrayBuffer.isView(data)
        ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
        : data.slice(0)
      queue.push(copy)
      const { length, byteLength, size } = copy as Partial<string & ArrayBuffer & Blob>
      bytes += length ?? byteLength ?? size ?? 0
      page?.addEventListener('pagehide', onHide)
      return true
    },
    take,
  }
}
