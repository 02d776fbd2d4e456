import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { closeConnections, connectionsEnded } from '@kitrt/core/server'
import type { Hono } from 'hono'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'

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

export type Start = (settings: Settings) => Promise<Started>

const runtime = process.versions['bun'] ? 'Bun' : process.versions['deno'] ? 'Deno' : 'Node'
const version = process.versions['bun'] ?? process.versions['deno'] ?? process.versions.node

/** What close frames get to leave the process, in ms. Deno sends them a few turns later. */
const frames = 50

/** Each runtime's file is loaded on its own runtime only: `hono/bun` and `hono/deno` throw elsewhere. */
async function load(): Promise<Start> {
  if (runtime === 'Bun') return (await import('./bun.ts')).start
  if (runtime === 'Deno') return (await import('./deno.ts')).start
  return (await import('./node.ts')).start
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

function settingsOrFail(): Settings {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  // What SvelteKit 3 needs; older ones start, and then fail in the middle of requests.
  if (runtime === 'Node' && (major < 22 || (major === 22 && minor < 17))) {
    fail(`Node 22.17 or newer is needed, this is ${version}.`)
  }
  try {
    return readSettings(process.env)
  } catch (error) {
    fail((error as Error).message)
  }
}

const settings = settingsOrFail()

async function listen(): Promise<Started> {
  const start = await load()
  try {
    return await start(settings)
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException
    if ((error as Error).name === 'KitrtError') fail(message)
    // Bun says so of a host that it cannot look up, too (1.4.4).
    if (code === 'EADDRINUSE' && settings.port !== 0) {
      fail(`Port ${settings.port} is taken by another program. Choose one with PORT=…`)
    }
    if (code && syscall) fail(`Cannot listen on ${settings.host}:${settings.port}: ${message}`)
    throw error
  }
}

const started: Started = await listen()

export const app: Hono = started.app
export const server: unknown = started.server

let closing: Promise<void> | undefined

/**
 * Ends the server: takes no new requests, tells every socket to come back later (1012), ends every
 * stream, and waits for the requests under way and for what sockets have sent, for `SHUTDOWN_TIMEOUT` seconds at most. Then it
 * emits `sveltekit:shutdown` on the process. Closing twice is the same as once.
 */
export function close(reason = 'close'): Promise<void> {
  return (closing ??= shutDown(reason))
}

async function shutDown(reason: string): Promise<void> {
  const { promise: overdue, resolve } = Promise.withResolvers<void>()
  const deadline = globalThis.setTimeout(() => {
    started.terminate()
    resolve()
  }, settings.shutdownTimeout * 1000)
  closeConnections()
  // One turn for the close frames: Deno would overtake them with its own 1001.
  await setTimeout(frames)
  await started.close()
  // The handlers of sockets may have more to do than their sockets had to live.
  await Promise.race([connectionsEnded(), overdue])
  clearTimeout(deadline)
  // What adapter-node tells an app that wants to close its database.
  process.emit('sveltekit:shutdown' as never, reason as never)
}

async function end(): Promise<void> {
  if (closing) process.exit()
  // Also what an app does at its end has its time, and a second more for what `terminate` drops.
  const last = (settings.shutdownTimeout + 1) * 1000
  globalThis.setTimeout(() => process.exit(), last).unref()
  await close('SIGTERM')
  // A timer of the app would keep the process for ever; only an app that listens has more to do.
  if (process.listenerCount('sveltekit:shutdown') === 0) process.exit()
}

process.on('SIGTERM', () => void end())
process.on('SIGINT', () => {
  closeConnections()
  globalThis.setTimeout(() => process.exit(), frames)
})

const shown = ['0.0.0.0', '::'].includes(settings.host) ? 'localhost' : settings.host
console.log(
  `Listening on http://${shown.includes(':') ? `[${shown}]` : shown}:${started.port} (${runtime} ${version})`,
)
