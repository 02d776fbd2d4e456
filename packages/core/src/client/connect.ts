import { KitrtError } from '../error.ts'
import type { AnyChannel } from '../channel.ts'
import { createLiveChannel } from './live-channel.ts'
import type { LiveChannel } from './live-channel.ts'
import type { CreateSubscriber } from './live-value.ts'
import { pageChannels } from './page-channels.ts'
import type { CarriedChannel } from './page-channels.ts'
import { pageSession, setPageSession } from './page-session.ts'
import { createSession } from './session.ts'
import { resetChannel, shareTransport } from './share.ts'
import type { Session, SessionOptions } from './session.ts'
import type { TransportMemory } from './transport-choice.ts'

export interface ConnectOptions extends Omit<SessionOptions, 'url' | 'network' | 'memory'> {
  /**
   * The channels that pages bring from their load functions: a page that has only what a load
   * function gave it does not import their declaration by itself. @default []
   */
  channels?: readonly AnyChannel[] | undefined
}

/** The connection of a page. */
export interface PageSession extends Session {
  /**
   * For when somebody has logged in or out: the connections of all tabs that share one end, and
   * each asks who it is. What waits to be published by somebody else fails.
   */
  reset(): void
}

/** As much of a browser's window as a session uses. */
interface Window {
  navigator?: { locks?: unknown; onLine: boolean }
  BroadcastChannel?: new (name: string) => { postMessage(message: unknown): void; close(): void }
  location: { href: string; origin: string }
  sessionStorage?: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
  }
}

/** How long a transport that was fallen back to is preferred, in ms. */
const remembered = 600_000

const declared = new Map<string, AnyChannel>()

/**
 * Says how this page reaches its channels, in `src/hooks.client.ts`. It connects when a channel is
 * first followed:
 *
 * ```ts
 * connect('/realtime', { transports: [websocket(), eventStream()], channels: [room] })
 * ```
 *
 * Called again (hot reloading does) it takes the place of the connection before.
 *
 * @param url of the endpoint, relative to the page or absolute
 * Streams are shared by all tabs of one browser and user, sockets with `share`; where a browser has
 * no locks (an insecure context), each tab has its own.
 *
 * @returns the session; its `close` ends it
 * @throws {KitrtError} `bad-argument` without a transport
 */
export function connect(
  url: string | URL,
  { channels = [], transports, ...options }: ConnectOptions,
): PageSession {
  if (!transports[0]) throw new KitrtError('bad-argument', 'no transport')
  for (const channel of channels) declared.set(channel.name, channel)
  pageChannels.open = openCarried
  const window = globalThis as unknown as Window & SessionOptions['network']
  const address = new URL(url, window.location?.href).href
  pageSession()?.close()
  const { BroadcastChannel, navigator } = window
  const canShare = window.location && navigator?.locks && BroadcastChannel
  const session = createSession({
    ...options,
    transports: canShare
      ? transports.map((own) => (own.share ? shareTransport(own) : own))
      : transports,
    url: address,
    network: window.location && window,
    memory: createMemory(window, new URL(address).origin),
  })
  setPageSession(session)
  return Object.assign(session, {
    reset() {
      if (canShare) {
        const all = new BroadcastChannel(resetChannel(address))
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it has none
        all.postMessage('')
        all.close()
      }
      session.interrupt()
    },
  })
}

/** @throws {KitrtError} `bad-argument` for a channel that `connect` was not told of */
function openCarried(
  { channel: name, params, position, state }: CarriedChannel,
  createSubscriber: CreateSubscriber,
): LiveChannel {
  const channel = declared.get(name)
  if (channel) {
    const initial = { position, state }
    return createLiveChannel({ channel, params, initial, createSubscriber, live: true })
  }
  throw new KitrtError('bad-argument', `'${name}' is not in the channels of connect()`)
}

/** What worked is remembered for the tab; where that is forbidden, for the page. */
function createMemory({ sessionStorage }: Partial<Window>, origin: string): TransportMemory {
  const key = `kitrt.transport ${origin}`
  let page: string | null | undefined
  try {
    page = sessionStorage?.getItem(key)
  } catch {
    // Forbidden.
  }
  const get = (): string | undefined => {
    const [name, at] = page?.split(' ') ?? []
    // Either way: when the clock is set back, it would last until the clock is there again.
    return Math.abs(Date.now() - Number(at)) < remembered ? name : undefined
  }
  return {
    get,
    set(name) {
      // From when it was fallen back to: or what is preferred would never be tried again.
      if (get() === name) return
      page = `${name} ${Date.now()}`
      try {
        sessionStorage?.setItem(key, page)
      } catch {
        // Full, or forbidden.
      }
    },
  }
}
