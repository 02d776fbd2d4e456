import type { Context, Hono } from 'hono'
import type { Settings } from './settings.ts'
import type { StaticAnswer } from './static-files.ts'

/** Where a request has come to. */
export interface Target {
  /** As the request says. */
  url: URL
  /** As the browser sees it. */
  origin: string
}

/** What the runtime knows of a request beside itself: the `env` of Hono's context. */
export type Env = object

/** What a runtime's file brings to the app that all runtimes share. */
export interface Runtime {
  /** SvelteKit's request. Node makes it of its own, since that of @hono/node-server is no real one; with SvelteKit 2 it is a promise. */
  toRequest(request: Request, env: Env, target: Target): Request | Promise<Request>
  /** A header, by its name in small letters. @default that of the request */
  header?(request: Request, env: Env, name: string): string | undefined
  /** The address at the other end of the connection. */
  remoteAddress(request: Request, env: Env): string
  /** Sees each request on its way to SvelteKit, and may turn it into a socket. */
  upgrade(c: Context, respond: () => Promise<Response>): Promise<Response>
  /** Opens the file of an answer, or a part of it. @default as a stream of Node's */
  openFile?: ((answer: StaticAnswer) => BodyInit) | undefined
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

/** The app, in the two ways in which a request can come to it. */
export interface ServedApp {
  /** The whole of it. */
  app: Hono
  /**
   * Answers plain requests as `app` does, without Hono between. `undefined` where Hono has something
   * to do: an app of the user's own, or the log.
   */
  direct: Direct | undefined
}

export interface Direct {
  /** What answers a request for a file, or refuses one that makes no sense. */
  file(request: Request, env: Env, url: URL | null): StaticAnswer | Response | undefined
  /** What SvelteKit answers to every other. */
  respond(request: Request, env: Env, url: URL): Promise<Response>
}

export interface ListenOptions {
  /** Told when IDLE_TIMEOUT is over. */
  onIdle: () => void
}

/** What a runtime's file gives. */
export interface ServerRuntime extends Runtime {
  /** Serves the app where the settings say. */
  listen(app: ServedApp, options: ListenOptions): Promise<Started>
  /** Answers a request that has come by a server of the user's. @default as the app does */
  enter?(c: Context, app: Hono): Promise<Response>
  /** On Node: gives a server of the user's the sockets of the app. Returns the stop. */
  attach?(server: never): () => void
  /** On Bun: what `Bun.serve` takes as `websocket`. */
  websocket?(): object
}

export type CreateRuntime = (settings: Settings) => ServerRuntime
