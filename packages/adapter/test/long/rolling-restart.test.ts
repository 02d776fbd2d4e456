import { once } from 'node:events'
import { Agent, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from '../../../../testing/eventually.ts'
import { long } from '../../../../testing/long.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { createSwitch } from '../../../../testing/switch.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'

const restarts = long ? 10 : 1
/** Of sockets, and of streams. */
const each = long ? 1_000 : 50

/** A client that comes back as often as it is sent away, for as long as it is wanted. */
interface Client {
  open: boolean
  leave(): void
}

function socket(url: string): Client {
  let wanted = true
  let ws: WebSocket
  const client: Client = {
    open: false,
    leave() {
      wanted = false
      ws.terminate()
    },
  }
  const come = (): void => {
    ws = new WebSocket(url)
    ws.on('open', () => (client.open = true))
    ws.on('error', () => {})
    ws.on('close', () => {
      client.open = false
      if (wanted) globalThis.setTimeout(come, 20)
    })
  }
  come()
  return client
}

function stream(url: string): Client {
  const leaving = new AbortController()
  const client: Client = { open: false, leave: () => leaving.abort() }
  const come = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      try {
        const response = await fetch(url, { signal: leaving.signal })
        client.open = response.ok
        // Until the server ends it.
        for await (const _ of response.body ?? []);
      } catch {
        // It comes again.
      }
      client.open = false
      if (!leaving.signal.aborted) await setTimeout(20)
    }
  }
  void come()
  return client
}

/** What the process holds, in MB. */
async function memoryOf({ url }: RunningServer): Promise<number> {
  const vitals = await fetch(`${url}/vitals`)
  return ((await vitals.json()) as { rss: number }).rss / 1e6
}

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  test(
    `${restarts} rolling restarts under load, with ${each} sockets and ${each} streams: no request fails, and all come back`,
    { timeout: 900_000 },
    async () => {
      const start = (): Promise<RunningServer> =>
        serve(target, app, { SHUTDOWN_DELAY: '1', NO_SHUTDOWN_LISTENER: '1' })
      let server = await start()
      const balancer = await createSwitch(server.port)
      const url = `http://127.0.0.1:${balancer.port}`
      const clients: Client[] = []
      const failures: string[] = []
      let answered = 0
      const over = new AbortController()
      onTestFinished(async () => {
        over.abort()
        for (const client of clients) client.leave()
        balancer.close()
        await server.stop()
      })

      for (let index = 0; index < each; index++) {
        clients.push(socket(`${url.replace('http', 'ws')}/socket/echo`))
        clients.push(stream(`${url}/stream/quiet?ms=3600000`))
      }
      const allOpen = (): boolean => clients.every(({ open }) => open)
      await eventually(allOpen, 60_000)

      const load = Array.from({ length: 8 }, async () => {
        // A connection for each, as wrk has; in one pool with the streams it would get theirs, idle ones
        // too, which a server may close at any time.
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        while (!over.signal.aborted) {
          try {
            const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
            const page = await text(response)
            if (response.statusCode !== 200 || !page.includes('</html>')) {
              failures.push(`${response.statusCode} ${page.slice(0, 100)}`)
            }
            answered++
          } catch (error) {
            failures.push(String(error))
          }
        }
        agent.destroy()
      })

      const memory: number[] = []
      for (let restart = 0; restart < restarts; restart++) {
        const [old, before] = [server, answered]
        server = await start()
        balancer.to(server.port)
        expect((await old.stop('SIGTERM')).code).toBe(0)
        await eventually(allOpen, 60_000)
        // The new one serves.
        await eventually(() => answered > before + 50, 60_000)
        memory.push(await memoryOf(server))
      }
      over.abort()
      await Promise.all(load)
      expect(failures).toEqual([])
      expect(allOpen()).toBe(true)
      // Each process holds as much as the first, give or take what chance brings.
      expect(Math.max(...memory)).toBeLessThan((memory[0] ?? 0) * 1.5)
      if (long) {
        console.log(
          `${target.name}: ${answered} requests and none failed, ${2 * each} clients came back ${restarts} times; MB of each process: ${memory.map((one) => one.toFixed(0)).join(' ')}`,
        )
      }
    },
  )
})
