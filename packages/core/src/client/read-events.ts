import { KitrtError } from '../error.ts'
import type { FollowingObserver } from './following.ts'

/** How many events may wait for the body of a loop. */
const maxUnread = 1_000

/**
 * The events of a channel for `for await`, from now on.
 *
 * @param follow `undefined` on the server, where there are none
 */
export function readEvents(
  follow: ((observer: FollowingObserver) => () => void) | undefined,
): AsyncIterableIterator<unknown> {
  const unread: unknown[] = []
  let fault: KitrtError | undefined
  let ended = false
  let wake = (): void => {}
  let leave: (() => void) | undefined

  function end(error?: KitrtError): void {
    if (ended) return
    ended = true
    fault = error
    leave?.()
    wake()
  }

  leave = follow?.({
    changed() {},
    jumped(_position, missed) {
      if (missed) {
        end(new KitrtError('lost', 'events were missed'))
      }
    },
    event(event) {
      if (unread.length < maxUnread) unread.push(event)
      else end(new KitrtError('slow', 'too slow'))
      wake()
    },
  })

  if (!follow) end()
  const iterator: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      for (;;) {
        if (unread.length > 0) return { value: unread.shift(), done: false }
        if (fault) throw fault
        if (ended) return { value: undefined, done: true }
        // oxlint-disable-next-line no-await-in-loop -- until something comes
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    async return() {
      unread.length = 0
      end()
      return { value: undefined, done: true }
    },
  }
  return iterator
}
