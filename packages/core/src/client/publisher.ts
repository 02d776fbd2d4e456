import type { Policy } from '../channel.ts'
import { KitrtError } from '../error.ts'
import type { KitrtErrorCode } from '../error.ts'
import type { Fault } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import { createBackoff } from './backoff.ts'

/** What a browser publishes, until it is answered. */
export interface Publication {
  /** The channel's key. */
  readonly channel: string
  readonly name: string
  readonly params: unknown
  readonly data: unknown
  /** Of its params and data as JSON, in characters. */
  readonly size: number
  /** The same each time that it is sent. */
  readonly key: string
  readonly policy: Policy
  /** Of a `latest` channel: what it is about. */
  readonly about?: string | undefined
}

export interface PublisherOptions {
  /** How many may wait for an answer. */
  maxWaiting: number
  /** How long the engine remembers a key, in ms: what was sent longer ago cannot be asked for again. */
  keyTtl: number
  /** Sends one. Its answer comes by {@link Publisher.answered}, or not at all. */
  send: (publication: Publication) => void
  /** Told when nothing waits any more. */
  onIdle: () => void
}

/** Sends publications, those of a channel one after another, until each is answered (rule 5). */
export interface Publisher {
  readonly waiting: number
  /**
   * @returns where it was stored
   * @throws {KitrtError} `unavailable` when too many wait or the client closes, `denied` when the connection is refused,
   *   `unknown-outcome`, and what the server says
   */
  publish(publication: Publication): Promise<{ position: Position }>
  /** There is a connection that takes them. */
  open(): void
  /** What was sent and not answered may be lost. */
  lost(): void
  /** What the server says of one. */
  answered(key: string, answer: { ack?: { n: Position }; err?: Fault }): void
  /** The server wants none: all that wait fail, and what was sent may have been stored. */
  refused(): void
  /** Gives up all that wait. */
  close(): void
}

interface Waiting {
  publication: Publication
  sent: boolean
  /** On the clock of `performance.now()`. */
  firstSent: number | undefined
  resolve: (stored: { position: Position }) => void
  reject: (error: KitrtError) => void
}

export function createPublisher({ maxWaiting, keyTtl, send, onIdle }: PublisherOptions): Publisher {
  /** By key, in their order. */
  const waiting = new Map<string, Waiting>()
  const backoff = createBackoff()
  let isOpen = false
  let pause: ReturnType<typeof setTimeout> | undefined

  /** The first of each channel is sent; the next when that is answered. */
  function flush(): void {
    if (!isOpen || pause !== undefined) return
    const busy = new Set<string>()
    for (const one of waiting.values()) {
      const { channel, key } = one.publication
      if (busy.has(channel)) continue
      if (one.sent) {
        busy.add(channel)
        continue
      }
      const now = performance.now()
      if (one.firstSent !== undefined && now - one.firstSent >= keyTtl) {
        fail(key, 'unknown-outcome', 'no answer')
        continue
      }
      busy.add(channel)
      one.firstSent ??= now
      one.sent = true
      send(one.publication)
    }
  }

  const fail = (key: string, code: KitrtErrorCode, message: string): void =>
    settle(key, ({ reject }) => reject(new KitrtError(code, message)))

  /** @param code of what was never sent */
  function failAll(code: KitrtErrorCode, message: string): void {
    isOpen = false
    clearTimeout(pause)
    pause = undefined
    for (const [key, { firstSent }] of waiting) {
      fail(key, firstSent === undefined ? code : 'unknown-outcome', message)
    }
  }

  function settle(key: string, how: (one: Waiting) => void): void {
    const one = waiting.get(key)
    if (!one) return
    waiting.delete(key)
    how(one)
    if (waiting.size === 0) onIdle()
  }

  return {
    get waiting() {
      return waiting.size
    },
    publish(publication) {
      return new Promise((resolve, reject) => {
        if (waiting.size >= maxWaiting) {
          const message = `${maxWaiting} wait already`
          return reject(new KitrtError('unavailable', message))
        }
        const one: Waiting = { publication, sent: false, firstSent: undefined, resolve, reject }
        const { key, policy, about, channel } = publication
        for (const other of waiting.values()) {
          const { publication: before, sent, firstSent } = other
          if (before.key === key) Object.assign(one, { sent, firstSent })
          // Nobody needs what is not the newest any more: who waits for it waits for this one.
          // What was sent may be stored yet, late: then it must not come after this one.
          else if (policy !== 'latest' || firstSent !== undefined) continue
          else if (before.channel !== channel || before.about !== about) continue
          else waiting.delete(before.key)
          one.resolve = (stored) => [resolve, other.resolve].forEach((tell) => tell(stored))
          one.reject = (error) => [reject, other.reject].forEach((tell) => tell(error))
        }
        waiting.set(key, one)
        // What is of now only does not wait.
        if (policy === 'volatile' && !isOpen) fail(key, 'unavailable', 'offline')
        flush()
      })
    },
    open() {
      isOpen = true
      flush()
    },
    lost() {
      isOpen = false
      for (const one of waiting.values()) {
        const { key, policy } = one.publication
        if (one.sent && policy === 'volatile') fail(key, 'unknown-outcome', 'no answer')
        one.sent = false
      }
    },
    answered(key, { ack, err }) {
      const one = waiting.get(key)
      if (!one) return
      // What is of now only is not tried again.
      if (err?.retry && one.publication.policy !== 'volatile') {
        one.sent = false
        pause ??= setTimeout(
          () => {
            pause = undefined
            flush()
          },
          Math.max(err.after ?? 0, backoff.next()),
        )
        return
      }
      if (ack) {
        backoff.reset()
        settle(key, ({ resolve }) => resolve({ position: ack.n }))
      } else if (err) {
        settle(key, ({ reject }) => reject(errorOf(err, one.publication.channel)))
      }
      flush()
    },
    refused: () => failAll('denied', 'the server refused the connection'),
    close: () => failAll('unavailable', 'closed'),
  }
}

/** What the server's fault is to an app. Its `cause` has what the app refused with, as it was said. */
export function errorOf({ code, message, status }: Fault, about: string): KitrtError {
  const known =
    code === 'invalid'
      ? 'invalid-message'
      : code === 'unknown' || code === 'denied'
        ? 'denied'
        : code
  return new KitrtError(known === 'busy' ? 'unavailable' : known, `${about}: ${message ?? code}`, {
    cause: { status, message },
  })
}
