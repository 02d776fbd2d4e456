import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { connectionsEnded } from '@kitrt/core/server'
import type { Hono } from 'hono'
import { booted } from './boot.ts'
import type { Booted } from './boot.ts'
import { beginDraining, endConnections } from './draining.ts'
import { runtime as name, version } from './runtime.ts'
import type { Started } from './server-runtime.ts'
import { removeStaleSocket } from './stale-socket.ts'

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

async function bootOrFail(): Promise<Booted> {
  try {
    return await booted
  } catch (error) {
    // By its name: the app's modules may hold a copy of the class of their own.
    if ((error as Error).name !== 'KitrtError') throw error
    fail((error as Error).message)
  }
}

const { settings, runtime, served } = await bootOrFail()
const { envPrefix, fd, socketPath, host, port } = settings
for (const notice of settings.notices) console.warn(notice)

async function listen(): Promise<Started> {
  const options = { onIdle: () => void end('IDLE') }
  try {
    if (socketPath && fd === undefined) await removeStaleSocket(socketPath)
    return await runtime.listen(served, options)
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException
    if ((error as Error).name === 'KitrtError') fail(message)
    // Bun says so too of a host that it cannot look up; any free port cannot be taken.
    if (code === 'EADDRINUSE' && (socketPath || port !== 0)) {
      fail(
        socketPath
          ? `The socket ${socketPath} is taken by another program. Choose one with ${envPrefix}SOCKET_PATH=…`
          : `Port ${port} is taken by another program. Choose one with ${envPrefix}PORT=…`,
      )
    }
    if (code && syscall) fail(`Cannot listen on ${socketPath ?? `${host}:${port}`}: ${message}`)
    throw error
  }
}

const started: Started = await listen()

export const app: Hono = served.app
/** The runtime's own server. */
export const server: unknown = started.server

let closing: Promise<void> | undefined

/**
 * Ends the server. First its health check says so, and its answers end their connections; when half of
 * `SHUTDOWN_DELAY` is over it tells every socket to come back later (1012) and ends every stream; when
 * all of it is over it takes no new requests and waits for those under way, and for what sockets have
 * sent, for `SHUTDOWN_TIMEOUT` seconds at most. Then it emits `sveltekit:shutdown` on the process. Closing twice is the same as once.
 */
export function close(reason = 'close'): Promise<void> {
  return (closing ??= shutDown(reason))
}

async function shutDown(reason: string): Promise<void> {
  beginDraining()
  const half = settings.shutdownDelay * 500
  if (half > 0) await setTimeout(half)
  await endConnections()
  // A client may use the connection of a stream for its next request, which nobody has told it not to.
  if (half > 0) await setTimeout(half)
  const { promise: overdue, resolve } = Promise.withResolvers<void>()
  const deadline = globalThis.setTimeout(() => {
    started.terminate()
    resolve()
  }, settings.shutdownTimeout * 1000)
  await started.close()
  // The handlers of sockets may have more to do than their sockets had to live.
  await Promise.race([connectionsEnded(), overdue])
  clearTimeout(deadline)
  // What adapter-node tells an app that wants to close its database.
  process.emit('sveltekit:shutdown' as never, reason as never)
}

async function end(reason: string): Promise<void> {
  if (closing) process.exit()
  // Also what an app does at its end has its time, and a second more for what `terminate` drops.
  const last = (settings.shutdownDelay + settings.shutdownTimeout + 1) * 1000
  globalThis.setTimeout(() => process.exit(), last).unref()
  await close(reason)
  // A timer of the app would keep the process for ever; only an app that listens has more to do.
  if (process.listenerCount('sveltekit:shutdown') === 0) process.exit()
}

process.on('SIGTERM', () => void end('SIGTERM'))
process.on('SIGINT', () => void endConnections().then(() => process.exit()))

/** As a browser takes it, where there is a port. */
function address(): string {
  if (fd !== undefined) return 'the socket of systemd'
  if (socketPath) return socketPath
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${started.port}`
}

console.log(`Listening on ${address()} (${name} ${version})`)
process.emit('kitrt:ready' as never, { address: address() } as never)
