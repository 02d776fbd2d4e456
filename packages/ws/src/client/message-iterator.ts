import { KitrtError } from '@kitrt/core'

export interface MessageIteratorOptions<Message> {
  /** See `OpenSocketOptions.maxUnread`. */
  maxUnread?: number | undefined
  /** Begins to read. @returns its end */
  read: (onMessage: (message: Message) => void, onEnd: () => void) => () => void
}

/** Messages for `for await`, from now on, one by one. What waits when it ends is still handed out. */
export function createMessageIterator<Message>({
  maxUnread = 1_000,
  read,
}: MessageIteratorOptions<Message>): AsyncIterableIterator<Message, undefined> {
  const unread: Message[] = []
  let ended = false
  let fault: KitrtError | undefined
  let leave: (() => void) | undefined
  let wake = (): void => {}
  let news: Promise<void>

  /** Wakes every `next` that waits. */
  function tell(): void {
    wake()
    news = new Promise((resolve) => (wake = resolve))
  }

  function end(): void {
    ended = true
    leave?.()
    tell()
  }

  tell()
  leave = read((message) => {
    // What is told while it begins came before.
    if (!leave) return
    if (unread.length < maxUnread) {
      unread.push(message)
      return tell()
    }
    fault = new KitrtError(
      'slow',
      `for await reads too slowly: ${maxUnread} messages wait. Raise maxUnread, or do less in the loop.`,
    )
    end()
  }, end)
  // It may have ended while it began.
  if (ended) leave()

  const iterator: AsyncIterableIterator<Message, undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      if (unread.length > 0) return { value: unread.shift()!, done: false }
      if (fault) throw fault
      if (ended) return { value: undefined, done: true }
      await news
      return iterator.next()
    },
    return() {
      unread.length = 0
      fault = undefined
      end()
      return iterator.next()
    },
  }
  return iterator
}
