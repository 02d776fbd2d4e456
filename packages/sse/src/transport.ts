import { encodeOnce } from '@kitrt/core/server'
import type { Carrier, ChannelHub, Connection, ServerTransport } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { openEventStream } from './event-stream.ts'
import type { EventStream } from './event-stream.ts'
import { formatEvent } from './format.ts'
import { readBody } from './read-body.ts'

export interface EventStreamTransportOptions {
  /** Origins whose pages may follow channels, beside the app's own; `*` for all. @default [] */
  origins?: readonly string[] | undefined
  /**
   * How long a stream lives, in ms, up to a tenth less. Then its client resumes on the next one; one
   * that has vanished, though the operating system takes writes for it, does not. @default 300_000
   */
  maxAge?: number | undefined
}

/** Carries channels over server-sent events, and what is published over POSTs; see `endpoint` of `@kitrt/core/server`. */
export function eventStream({
  origins = [],
  maxAge = 300_000,
}: EventStreamTransportOptions = {}): ServerTransport {
  return {
    method: 'POST',
    handler: (hub) => async (event: RequestEvent) => {
      const { request, url } = event
      const foreign = isForeign(request.headers, url, origins)
      if (foreign) return new Response('This Origin may not follow channels here.', { status: 403 })
      // A character has 3 bytes of UTF-8 at most.
      const body = await readBody(request, hub.limits.maxMessage * 3)
      if (body === undefined) {
        return new Response(`A request may hold ${hub.limits.maxMessage} characters.`, {
          status: 413,
        })
      }
      if (request.headers.get('accept')?.includes('text/event-stream')) {
        return follow(hub, event, body, maxAge)
      }
      return new Response(await hub.post(event, body, request.signal), {
        headers: { 'content-type': 'application/jsonl', 'cache-control': 'no-store' },
      })
    },
  }
}

async function follow(
  hub: ChannelHub,
  event: RequestEvent,
  greeting: string,
  maxAge: number,
): Promise<Response> {
  // Refusals are answered as such, before there is a stream.
  const connect = await hub.connect(event)
  return openEventStream(
    (stream) => {
      const connection: Connection = connect(carrierOf(stream))
      connection.received(greeting)
      const age = setTimeout(
        () => connection.goAway(0),
        Math.min(maxAge * (1 - Math.random() / 10), 2 ** 31 - 1),
      )
      return () => {
        clearTimeout(age)
        connection.closed()
      }
    },
    // The hub bounds what waits, and breaks silence.
    { ping: Infinity, maxAge: Infinity, maxBuffered: Infinity },
  )
}

const encoder = new TextEncoder()
const eventOf = encodeOnce((message) => encoder.encode(formatEvent({ data: message })))

function carrierOf(stream: EventStream): Carrier {
  return {
    duplex: false,
    send: (message) => stream.write(eventOf(message)),
    bufferedAmount: stream.waiting,
    onDrain(taken) {
      void stream.drained().then((open) => open && taken())
    },
    close: () => stream.end(),
  }
}

/**
 * Whether a page of elsewhere asks, with its visitor's cookies. Programs that are no browsers send
 * neither header.
 */
function isForeign(headers: Headers, url: URL, origins: readonly string[]): boolean {
  const origin = headers.get('origin')
  if (origins.includes('*') || (origin !== null && origins.includes(origin))) return false
  if (headers.get('sec-fetch-site') === 'cross-site') return true
  if (origin === null) return false
  // Hosts, not schemes: a proxy that ends TLS passes the public host on, but not the scheme.
  return !URL.canParse(origin) || new URL(origin).host !== url.host
}
