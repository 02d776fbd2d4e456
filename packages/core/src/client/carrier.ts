import type { OnError } from '../on-error.ts'
import { outcomeOfCode } from '../protocol/codes.ts'
import { parseFrames } from '../protocol/frames.ts'
import type { ServerFrame } from '../protocol/frames.ts'
import type { Ending } from './connection-status.ts'
import type { Following } from './following.ts'
import type { ClientTransport, TransportConnection } from './transport.ts'

/** How the server has answered `hi`. */
export type Greeting = NonNullable<ServerFrame['ok']>

/** One connection, from its opening to its end. */
export interface Carrier {
  /** Whether frames can be sent on it. */
  readonly duplex: boolean
  /** Whether the server has answered `hi`. */
  readonly greeted: boolean
  /** By channel number. */
  readonly numbers: Map<number, Following>
  /** Subscriptions without an answer, by frame id. */
  readonly asked: Map<number, Following>
  /** Who waits for an answer, by frame id; told `undefined` when there will be none. */
  readonly answers: Map<number, (frame: ServerFrame | undefined) => void>
  send(frame: object): void
  /** Ends it without a word; twice is once. */
  close(): void
}

export interface CarrierOptions {
  transport: ClientTransport
  url: string
  /** The first frames. They may already be asked for with what is given back. */
  greeting: (carrier: Carrier) => object[]
  /** How long the server may take to greet, in ms. */
  greetTimeout: number
  onGreeted: (carrier: Carrier, greeting: Greeting) => void
  onFrame: (carrier: Carrier, frame: ServerFrame) => void
  /** All frames of a message have been told. */
  onMessageEnd: () => void
  /** Told once, unless it was closed. */
  onEnd: (carrier: Carrier, ending: Ending) => void
  onError: OnError
}

const clocks = (): number[] => [performance.now(), Date.now()]

/** Opens a connection, answers its heartbeats, and gives it up when they stay away (rule 6 of PROTOCOL.md). */
export function openCarrier({
  transport,
  url,
  greeting,
  greetTimeout,
  onGreeted,
  onFrame,
  onMessageEnd,
  onEnd,
  onError,
}: CarrierOptions): Carrier {
  let connection: TransportConnection | undefined
  let heartbeat = 0
  let greeted = false
  let over = false
  const late = (): void => end({ outcome: 'later' })
  const timer = setTimeout(late, greetTimeout)
  /** When something was heard last. A machine that sleeps stops the one clock, somebody may set the other. */
  let heard = clocks()
  const watch = setInterval(() => {
    const silent = clocks().map((now, index) => now - (heard[index] as number))
    if (greeted && Math.max(...silent) > heartbeat * 1.5) late()
  }, 1_000)

  function close(): void {
    over = true
    clearTimeout(timer)
    clearInterval(watch)
    connection?.close()
    for (const tell of carrier.answers.values()) tell(undefined)
    carrier.answers.clear()
  }

  function end(ending: Ending): void {
    if (over) return
    close()
    onEnd(carrier, ending)
  }

  function take(frame: ServerFrame): void {
    if (frame.ok) {
      greeted = true
      clearTimeout(timer)
      heartbeat = frame.ok.hb
      onGreeted(carrier, frame.ok)
    } else if (frame.bye) end(outcomeOfCode(frame.bye.code, frame.bye.after))
    else if (frame.id === undefined && frame.c === undefined) carrier.send({})
    else onFrame(carrier, frame)
  }

  function onMessage(message: string): void {
    if (over) return
    try {
      for (const frame of parseFrames(message) as ServerFrame[]) {
        if (over) return
        take(frame)
      }
    } catch (error) {
      onError(error, { stage: 'a message' })
      late()
    }
    heard = clocks()
    onMessageEnd()
  }

  const carrier: Carrier = {
    duplex: transport.post === undefined,
    get greeted() {
      return greeted
    },
    numbers: new Map(),
    asked: new Map(),
    answers: new Map(),
    send: (frame) => connection?.send(JSON.stringify(frame)),
    close,
  }
  const first = greeting(carrier).map((frame) => JSON.stringify(frame))
  connection = transport.open({ url, greeting: first.join('\n'), onMessage, onEnd: end })
  return carrier
}
