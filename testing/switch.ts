import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What stands before the processes of an app and hands each new connection to one of them. */
export interface Switch {
  port: number
  /** Hands new connections to another process from now on; those that are open stay. */
  to(port: number): void
  close(): void
}

/** A load balancer for TCP that knows of one process at a time, as a rolling restart has it. */
export async function createSwitch(first: number): Promise<Switch> {
  let target = first
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const backend = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    for (const [from, to] of [
      [client, backend],
      [backend, client],
    ] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        if (!from.readableEnded) to.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    to(port) {
      target = port
    },
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
