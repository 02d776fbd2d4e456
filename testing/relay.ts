import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A way to a server that can be cut, as a network is. */
export interface Relay {
  /** Such as `http://127.0.0.1:4173`. */
  url: string
  /** Resets every connection, on both sides. Who comes next waits until `resume`. */
  cut(): void
  /** Passes nothing on, without a word, until `resume`: a network that is silently gone. */
  stall(): void
  resume(): void
  close(): Promise<void>
}

/** Relays connections to a port of this machine. */
export async function createRelay(port: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  let waiting: (() => void)[] | undefined

  function keep(socket: Socket): Socket {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // The close that follows says enough.
    return socket.on('error', () => {})
  }

  function pass(client: Socket): void {
    if (client.destroyed) return
    const server = keep(connect(port, '127.0.0.1'))
    client.pipe(server).pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  }

  function reset(): void {
    for (const socket of sockets) socket.resetAndDestroy()
  }

  const relay = createServer((client) => {
    keep(client)
    if (waiting) waiting.push(() => pass(client))
    else pass(client)
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')

  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    cut() {
      waiting ??= []
      reset()
    },
    stall() {
      waiting ??= []
      for (const socket of sockets) socket.pause()
    },
    resume() {
      for (const socket of sockets) socket.resume()
      const held = waiting ?? []
      waiting = undefined
      for (const one of held) one()
    },
    async close() {
      reset()
      relay.close()
      await once(relay, 'close')
    },
  }
}
