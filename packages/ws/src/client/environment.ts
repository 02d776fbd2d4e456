import type { CreateSubscriber, Fetch } from '@kitrt/core/client'

/** What a browser gives, handed in so that tests need none. */
export interface SocketEnvironment {
  /** Whether there is a browser; on the server nothing ever connects. */
  live: boolean
  createSubscriber: CreateSubscriber
  WebSocket: typeof WebSocket
  fetch: Fetch
  /** Its window: tells of the network, and of the page's going and coming. */
  page: Page | undefined
  /** The page's address, which relative addresses are relative to. */
  href: string | undefined
}

export type Page = EventTarget & {
  document: { readonly hidden: boolean }
  navigator: { readonly onLine: boolean }
}
