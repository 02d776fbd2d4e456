import { KitrtError, reportError } from '@kitrt/core'
import { createLiveValue, createReconnector } from '@kitrt/core/client'
import type { ConnectionStatus } from '@kitrt/core/client'
import { heartbeat } from '../heartbeat.ts'
import type { ClientSocket } from './client-socket.ts'
import { dial } from './dial.ts'
import type { SocketEnding } from './dial.ts'
import type { SocketEnvironment } from './environment.ts'
import { createMessageIterator } from './message-iterator.ts'
import { createOutbox } from './outbox.ts'
import type { Queued, SocketMessage } from './outbox.ts'
import type { OpenSocketOptions } from './socket-options.ts'

/** Whether nothing is open, and nothing will be by itself. */
const isOver = (status: ConnectionStatus): boolean =>
  status === 'idle' || status === 'refused' || status === 'closed'

export function createSocket<Incoming, Outgoing>(
  url: string | URL,
  options: OpenSocketOptions<Outgoing>,
  environment: SocketEnvironment,
): ClientSocket<Incoming, Outgoing> {
  const { json, maxBuffered = 2 ** 20, onError = reportError, onLost } = options
  const { live, page, href } = environment
  if (live && !URL.canParse(url, href)) {
    throw new KitrtError('bad-argument', `openSocket() expected a URL, got '${String(url)}'`)
  }
  /** The one that opened last. */
  let socket: WebSocket | undefined
  let ending: SocketEnding | undefined
  let hangUp: ReturnType<typeof dial> | undefined
  let read = false

  const outbox = createOutbox({ ...options, maxBuffered, page, onLost: lose })

  function lose(queued: Queued[]): void {
    if (queued.length === 0) return
    if (onLost) return onLost(queued.map((data) => (json ? JSON.parse(data as string) : data)))
    const message = `messages that were queued, and that no onLost took: ${queued.length}`
    onError(new KitrtError('closed', message), { stage: 'the end of a socket' })
  }

  function receive(data: string | ArrayBuffer): void {
    let message = data as Incoming
    try {
      if (json) message = JSON.parse(data as string)
    } catch (error) {
      return onError(error, { stage: 'a message that should be JSON' })
    }
    value.set(message)
  }

  const reconnector = createReconnector({
    ...options,
    network: page,
    onError,
    open(attempt) {
      hangUp = dial({
        ...environment,
        ...options,
        address: new URL(url, href).href,
        onError,
        onMessage: receive,
        onOpen(opened) {
          socket = opened
          ending = undefined
          for (const data of outbox.take()) opened.send(data)
          attempt.opened()
        },
        onEnd(how, outcome) {
          ending = how
          if (outcome) attempt.ended(outcome)
        },
      })
      return hangUp
    },
    onStatus(status) {
      const lost = isOver(status) ? outbox.take() : []
      shown.set({ status, ending })
      lose(lost)
    },
  })

  const shown = createLiveValue<{ status: ConnectionStatus; ending: SocketEnding | undefined }>({
    initial: { status: 'idle', ending },
    ...environment,
    onError,
  })
  const value = createLiveValue<Incoming | undefined>({
    initial: undefined,
    ...environment,
    onError,
    start() {
      read = true
      // A socket that was closed on purpose waits for `connect`, whoever comes to read.
      if (reconnector.status !== 'closed') reconnector.start()
      return () => {
        read = false
        // A page that makes way for another one that reads the same socket keeps the connection.
        queueMicrotask(() => {
          if (!read && !isOver(reconnector.status)) reconnector.stop()
        })
      }
    },
  })

  return {
    get current() {
      return value.current
    },
    get status() {
      return shown.current.status
    },
    get ending() {
      return shown.current.ending
    },
    subscribe: value.subscribe,
    send(message) {
      const data = (json ? JSON.stringify(message) : message) as SocketMessage
      // Text, an ArrayBuffer and a Blob have `slice`; JSON makes `undefined` of what it cannot hold.
      if (data === heartbeat || !(ArrayBuffer.isView(data) || data?.slice)) {
        const got = data === heartbeat ? "'\\0', the heartbeat" : typeof message
        throw new KitrtError(
          'bad-argument',
          `send() expected ${json ? 'what JSON can hold' : 'text or bytes'}, got ${got}`,
        )
      }
      // A socket that is closing takes everything and sends nothing.
      if (socket?.readyState === 1) {
        if (socket.bufferedAmount > maxBuffered) return 'full'
        socket.send(data)
        return 'sent'
      }
      if (isOver(reconnector.status)) return 'closed'
      return outbox.add(data) ? 'queued' : 'full'
    },
    [Symbol.asyncIterator]: () =>
      createMessageIterator<Incoming>({
        ...options,
        read(onMessage, onEnd) {
          const leave = value.subscribe((message) => onMessage(message as Incoming))
          const leaveStatus = shown.subscribe(({ status }) => {
            if (isOver(status)) onEnd()
          })
          return () => {
            leaveStatus()
            leave()
          }
        },
      }),
    close(code, reason) {
      hangUp?.(code, reason)
      reconnector.stop('closed')
    },
    connect() {
      if (live) reconnector.start()
    },
  }
}
