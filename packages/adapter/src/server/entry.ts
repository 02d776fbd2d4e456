import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { closeConnections } from '@kitrt/core/server'
import type { Hono } from 'hono'

export interface StartOptions {
  env: Record<string, string | undefined>
  host: string
  /** 0 for any free one. */
  port: number
}

/** What a runtime's file gives. */
export interface Started {
  app: Hono
  /** The runtime's own server. */
  server: unknown
  port: number
  /** Takes no new connections and waits for the requests under way. */
  close(): Promise<void>
  /** Drops what is still open. */
  terminate(): void
}

export type Start = (options: StartOptions) => Promise<Started>

const runtime = process.versions['bun'] ? 'Bun' : process.versions['deno'] ? 'Deno' : 'Node'
const version = process.versions['bun'] ?? process.versions['deno'] ?? process.versions.node

const { env } = process
const host = env['HOST'] ?? '0.0.0.0'
const port = Number(env['PORT'] ?? 3000)
/** How long requests may take to end after SIGTERM, in s. */
const shutdownTimeout = Number(env['SHUTDOWN_TIMEOUT'] ?? 30)
/** What close frames get to leave the process, in ms. Deno sends them a few turns later. */
const frames = 50

/** Each runtime's file is loaded on its own runtime only: `hono/bun` and `hono/deno` throw elsewhere. */
async function load(): Promise<Start> {
  if (runtime === 'Bun') return (await import('./bun.ts')).start
  if (runtime === 'Deno') return (await import('./deno.ts')).start
  return (await import('./node.ts')).start
}

async function listen(): Promise<Started> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    fail(`PORT must be a number from 0 to 65535, got '${env['PORT']}'.`)
  }
  const start = await load()
  try {
    return await start({ env, host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    fail(`Port ${port} is taken by another program. Choose one with PORT=…`)
  }
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

const started: Started = await listen()

export const app: Hono = started.app
export const server: unknown = started.server

let closing: Promise<void> | undefined

/**
 * Ends the server: takes no new requests, tells every socket to come back later (1012), ends every
 * stream, and waits for the requests under way, for `SHUTDOWN_TIMEOUT` seconds at most. Closing
 * twice is the same as once.
 */
export function close(reason = 'close'): Promise<void> {
  return (closing ??= shutDown(reason))
}

async function shutDown(reason: string): Promise<void> {
  const deadline = globalThis.setTimeout(() => {
    started.terminate()
    // Whatever still holds the process has had its time.
    globalThis.setTimeout(() => process.exit(), 1_000).unref()
  }, shutdownTimeout * 1000)
  closeConnections()
  // One turn for the close frames: Deno would overtake them with its own 1001.
  await setTimeout(frames)
  await started.close()
  clearTimeout(deadline)
  // What adapter-node tells an app that wants to close its database.
  process.emit('sveltekit:shutdown' as never, reason as never)
}

process.on('SIGTERM', () => {
  if (closing) process.exit()
  void close('SIGTERM')
})
process.on('SIGINT', () => {
  closeConnections()
  globalThis.setTimeout(() => process.exit(), frames)
})

const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host
console.log(
  `Listening on http://${shown.includes(':') ? `[${shown}]` : shown}:${started.port} (${runtime} ${version})`,
)
