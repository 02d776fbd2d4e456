import { AsyncLocalStorage } from 'node:async_hooks'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Runs something as a cron job or a queue's worker would: in no request. Taken when the server starts. */
export let outside: <T>(run: () => T) => T

let arriving: PromiseWithResolvers<unknown> | undefined
let read: (() => unknown) | undefined

/** Something that hears from outside of the process, as a database's driver does. */
const listener = createServer((socket) => {
  socket.destroy()
  arriving?.resolve(read?.())
})

export function rememberOutside(): void {
  outside = AsyncLocalStorage.snapshot()
  // An edit of the hooks runs `init` again.
  if (!listener.listening) listener.listen(0, '127.0.0.1').unref()
}

/** Runs something in the callback of a connection that comes in, which no request has made. */
export function onArrival(run: () => unknown): Promise<unknown> {
  arriving = Promise.withResolvers()
  read = run
  const { port } = listener.address() as AddressInfo
  outside(() => connect(port, '127.0.0.1').on('error', () => {}))
  return arriving.promise
}
