import type { Fetch } from '@kitrt/core/client'
import { vi } from 'vitest'
import type { Mock } from 'vitest'
import { createFakeReactivity } from '../../../../core/test/unit/client/fake-reactivity.ts'
import type { SocketEnvironment } from '../../../src/client/environment.ts'
import { createSocket } from '../../../src/client/open-socket.ts'
import type { ClientSocket } from '../../../src/client/client-socket.ts'
import type { SocketMessage } from '../../../src/client/outbox.ts'
import type { OpenSocketOptions } from '../../../src/client/socket-options.ts'

export type Message = string | ArrayBuffer | undefined

/** A browser's window. */
export type FakePage = EventTarget & {
  navigator: { onLine: boolean }
  document: { hidden: boolean }
  /** Leaves the page, which may come back from the back/forward cache or not. */
  hides(persisted: boolean): void
  /** Comes back from there. */
  shows(): void
  /** The tab goes to the back, or to the front. */
  turns(hidden: boolean): void
  /** The browser says so of the network. */
  goes(type: 'online' | 'offline'): void
}

function createFakePage(): FakePage {
  const transition = (type: string, persisted: boolean): Event =>
    Object.assign(new Event(type), { persisted })
  const page: FakePage = Object.assign(new EventTarget(), {
    navigator: { onLine: true },
    document: { hidden: false },
    hides: (persisted: boolean) => void page.dispatchEvent(transition('pagehide', persisted)),
    shows: () => void page.dispatchEvent(transition('pageshow', true)),
    turns(hidden: boolean) {
      page.document.hidden = hidden
      page.dispatchEvent(new Event('visibilitychange'))
    },
    goes(type: 'online' | 'offline') {
      page.navigator.onLine = type === 'online'
      page.dispatchEvent(new Event(type))
    },
  })
  return page
}

/** A browser's WebSocket on which the test plays the server. */
export class FakeWebSocket extends EventTarget {
  readonly url: string
  readonly protocols: string[]
  binaryType = 'blob'
  readyState = 0
  bufferedAmount = 0
  readonly sent: unknown[] = []
  readonly close: Mock<(code?: number, reason?: string) => void> = vi.fn(() => {
    this.readyState = Math.max(this.readyState, 2)
  })

  constructor(url: string | URL, protocols: string[]) {
    super()
    this.url = String(url)
    this.protocols = protocols
  }

  send(data: unknown): void {
    this.sent.push(data)
  }

  opens(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  says(data: string | ArrayBuffer): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  closes(code: number, reason = ''): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }))
  }
}

export interface Setup<Incoming, Outgoing> {
  socket: ClientSocket<Incoming, Outgoing>
  /** Every WebSocket that was made, in order. */
  made: FakeWebSocket[]
  last(): FakeWebSocket
  fetch: Mock<Fetch>
  effect: ReturnType<typeof createFakeReactivity>['effect']
  page: FakePage
}

/** A socket in a browser of which the test is in charge; waits are as long as they may be. */
export function setup<Incoming = string | ArrayBuffer, Outgoing = SocketMessage>(
  options: OpenSocketOptions<Outgoing> = {},
  {
    url = '/chat',
    ...environment
  }: Partial<SocketEnvironment> & { url?: string | URL | undefined } = {},
): Setup<Incoming, Outgoing> {
  const made: FakeWebSocket[] = []
  const { createSubscriber, effect } = createFakeReactivity()
  const fetch = vi.fn<Fetch>(() => Promise.resolve(new Response(null, { status: 426 })))
  const page = createFakePage()
  const socket = createSocket<Incoming, Outgoing>(
    url,
    { random: () => 1, ...options },
    {
      live: true,
      createSubscriber,
      WebSocket: class extends FakeWebSocket {
        constructor(address: string | URL, protocols: string[]) {
          super(address, protocols)
          made.push(this)
        }
      } as never,
      fetch,
      page,
      href: 'https://example.com/rooms/blue',
      ...environment,
    },
  )
  return { socket, made, last: () => made.at(-1)!, fetch, effect, page }
}

/** Lets everything that waits for nothing but its turn happen. */
export const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
