import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A port that was free a moment ago, for what cannot choose one by itself. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Where systems take the ports of outgoing connections from begins above: 32_768 on Linux, 49_152 elsewhere. */
const lasting = [20_000, 32_000] as const

/** A port that no outgoing connection gets while nobody listens, for what ends and begins again on it. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = Math.floor(lasting[0] + Math.random() * (lasting[1] - lasting[0]))
    const probe = createServer()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    // oxlint-disable-next-line no-await-in-loop -- until one is free
    if (await promise) return port
  }
}
