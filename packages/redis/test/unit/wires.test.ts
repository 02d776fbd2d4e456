import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { redis } from '../../src/index.ts'
import { clients, clusterClients } from '../clients.ts'

/** What takes connections and never answers, and how many are open. */
async function startSilence(): Promise<{ server: Server; open: Set<unknown> }> {
  const open = new Set<unknown>()
  const server = createServer((socket) => {
    open.add(socket)
    // What is sent must be read for the end to be seen.
    socket.resume()
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { server, open }
}

const all: typeof clients = {
  ...clients,
  ...Object.fromEntries(
    Object.entries(clusterClients).map(([name, of]) => [
      `${name}, a Cluster`,
      (port: number) => of([{ port }]),
    ]),
  ),
}

describe.each(Object.keys(all))('%s', (name) => {
  test('a connection that is being made when the engine is closed does not stay', async () => {
    const { server, open } = await startSilence()
    const { port } = server.address() as AddressInfo
    const arrived = once(server, 'connection')
    const engine = redis((all[name] as (typeof all)[string])(port), { onError() {} })
    const refused = engine.lasts(['a']).catch((error: unknown) => error)
    await engine.close()
    // As early as that, it may be that none is made at all.
    await Promise.race([arrived, refused])
    await eventually(() => open.size === 0)
    expect(open.size).toBe(0)
  })
})
