import type { OnError } from '../../on-error.ts'
import { version } from '../../protocol/frames.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { createBackoff } from '../backoff.ts'
import { openCarrier } from '../carrier.ts'
import type { Carrier, Greeting } from '../carrier.ts'
import type { Ending } from '../connection-status.ts'
import { createPoster } from '../poster.ts'
import { createSeats } from '../seats.ts'
import type { Seats } from '../seats.ts'
import type { ClientTransport } from '../transport.ts'

/** The one connection that tabs share: it is not restored, its tabs are. */
export interface Upstream {
  readonly seats: Seats
  /** Sends a frame with an id of its own. @returns what gives it up */
  request(frame: object, answered: (answer: ServerFrame) => void): () => void
  /** Ends it without a word; twice is once. */
  close(): void
}

export interface UpstreamOptions {
  transport: ClientTransport
  url: string
  /** Who we must be. */
  user: string | undefined
  onGreeted: (greeting: Greeting) => void
  /** Told once, unless it was closed. */
  onEnd: (ending: Ending) => void
  onError: OnError
}

export function openUpstream({
  transport,
  url,
  user,
  onGreeted,
  onEnd,
  onError,
}: UpstreamOptions): Upstream {
  const requests = new Map<number, (answer: ServerFrame) => void>()
  let frameId = 0
  let over = false
  const nextId = (): number => ++frameId
  const later = (): void => end({ outcome: 'later' })
  const poster = createPoster(
    () => transport,
    url,
    15_000,
    () => user,
    later,
  )

  const seats = createSeats({ connect, giveUp: later, nextId, retries: createBackoff() })
  const { line } = seats

  function connect(): Carrier {
    return openCarrier({
      transport,
      url,
      greeting: (carrier) => [{ hi: { v: version, u: user } }, ...seats.greeting(carrier)],
      greetTimeout: 15_000,
      onGreeted: greeted,
      onFrame: take,
      onMessageEnd() {},
      onEnd: (_carrier, ending) => end(ending),
      onError,
    })
  }

  function greeted(carrier: Carrier, greeting: Greeting): void {
    // A server of the version before does not look whom we mean to be.
    if (user !== undefined && greeting.u !== user) return later()
    if (carrier === line.current) {
      onGreeted(greeting)
      seats.greeted()
    }
    line.answered(carrier)
  }

  function take(carrier: Carrier, frame: ServerFrame): void {
    const { id } = frame
    const answered = id !== undefined && requests.get(id)
    if (answered) {
      requests.delete(id)
      answered(frame)
    } else if (id === undefined) seats.told(carrier, frame)
    else seats.answered(carrier, id, frame)
    line.answered(carrier)
  }

  function close(): void {
    over = true
    line.drop()
    poster.abort()
    requests.clear()
    seats.close()
  }

  function end(ending: Ending): void {
    if (over) return
    close()
    onEnd(ending)
  }

  async function post(
    frame: object,
    answered: (answer: ServerFrame) => void,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for (const answer of (await poster.post(frame, signal)) ?? []) answered(answer)
    } catch {
      // Of what is published, the same key will tell; a call is never sent again.
      if ('call' in frame) answered({ err: { code: 'unknown-outcome', retry: false } })
      else answered({ err: { code: 'unavailable', retry: true } })
    }
  }

  line.open()
  return {
    seats,
    request(frame, answered) {
      const id = nextId()
      const sent = { ...frame, id }
      if (transport.post) {
        const abort = new AbortController()
        void post(sent, answered, abort.signal)
        return () => abort.abort()
      }
      requests.set(id, answered)
      line.current?.send(sent)
      return () => {
        if (requests.delete(id)) line.current?.send({ no: id })
      }
    },
    close,
  }
}
