import type { Context, Hono } from 'hono'
import type { Settings } from './settings.ts'
import type { OpenFile } from './static-files.ts'

/** Where a request has come to. */
export interface Target {
  /** As the request says. */
  url: URL
  /** As the browser sees it. */
  origin: string
}

/** What a runtime's file brings to the app that all runtimes share. */
export interface Runtime {
  /** SvelteKit's request. Node makes it anew, since that of @hono/node-server is no real one. */
  toRequest(c: Context, target: Target): Request
  /** The address at the other end of the connection. */
  remoteAddress(c: Context): string
  /** Sees each request on its way to SvelteKit, and may turn it into a socket. */
  upgrade(c: Context, respond: () => Promise<Response>): Promise<Response>
  /** Opens a static file. @default as a stream of Node's */
  openFile?: OpenFile | undefined
}

/** A server that listens. */
export interface Started {
  /** The runtime's own server. */
  server: unknown
  /** `undefined` where it listens on none. */
  port: number | undefined
  /** Takes no new connections and waits for the requests under way. */
  close(): Promise<void>
  /** Drops what is still open. */
  terminate(): void
}

export interface ListenOptions {
  /** Told when IDLE_TIMEOUT is over. */
  onIdle: () => void
}

/** What a runtime's file gives. */
export interface ServerRuntime extends Runtime {
  /** Serves the app where the settings say. */
  listen(app: Hono, options: ListenOptions): Promise<Started>
  /** Answers a request that has come by a server of the user's. @default as the app does */
  enter?(c: Context, app: Hono): Promise<Response>
  /** On Node: gives a server of the user's the sockets of the app. Returns the stop. */
  attach?(server: never): () => void
  /** On Bun: what `Bun.serve` takes as `websocket`. */
  websocket?(): object
}

export type CreateRuntime = (settings: Settings) => ServerRuntime
