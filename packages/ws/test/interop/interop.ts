import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { runServer } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import type { OpenSocketOptions } from '../../src/client/socket-options.ts'
import { runClient, runtimes } from './run-client.ts'
import type { Client } from './run-client.ts'

/**
 * Our client against a server that is not ours, on the WebSocket of each runtime.
 *
 * The rules of the house, which each server in `servers/` keeps: `/echo` greets with `hello` and the
 * subprotocol, which is `chat.v2` when that is offered, then sends back what comes; `close 3456 why`
 * makes it close so. `/silent` says nothing, ever. `/401` and `/503` (Retry-After: 1) answer so to a
 * handshake and to a GET. GETs of `/closed` and `/nuls` tell how the last socket was closed, and how
 * many heartbeats `/echo` has seen; any other GET is answered with 426.
 */
export function interop(command: string[]): void {
  const start = (env = {}): Promise<RunningServer> =>
    runServer({ command, cwd: import.meta.dirname, env })

  describe.each(Object.keys(runtimes))("%s's client", (runtime) => {
    let server: RunningServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(async () => {
      await server.stop()
    })

    // What browsers call 1006, Deno calls 0.
    const vanished = runtime === 'Deno' ? 0 : 1006
    const ask = async (path: string): Promise<string> => (await fetch(server.url + path)).text()

    function open(path: string, options?: OpenSocketOptions, url = server.url): Client {
      const client = runClient(runtime, url + path, options)
      onTestFinished(client.stop)
      return client
    }

    test('hears what is said at once, and its text and bytes come back as they went', async () => {
      const client = open('/echo')
      await client.was('open')
      const said = ['grüße 🎉', '', [0, 255, 1], [], 'x'.repeat(100_000)]
      for (const message of said) expect(await client.send(message)).toBe('sent')
      expect(await client.got(6)).toEqual(['hello ', ...said])
    })

    test('what was sent too early comes in order', async () => {
      const client = open('/echo')
      const said = ['a', [1], 'b', [2], 'c']
      for (const message of said) await client.send(message)
      expect(await client.got(6)).toEqual(['hello ', ...said])
    })

    test('agrees on a subprotocol', async () => {
      const client = open('/echo', { protocols: ['chat.v1', 'chat.v2'] })
      expect(await client.got(1)).toEqual(['hello chat.v2'])
    })

    test.each([
      [1000, 'closed'],
      [1008, 'refused'],
      [4001, 'refused'],
    ] as const)("stays away after the server's %d, and knows its reason", async (code, status) => {
      const client = open('/echo', { base: 1 })
      await client.was('open')
      await client.send(`close ${code} enough für heute`)
      expect((await client.was(status)).ending).toEqual({ code, reason: 'enough für heute' })
    })

    test.each([1011, 1012, 1013, 3456])("comes back after the server's %d", async (code) => {
      const client = open('/echo', { base: 1 })
      await client.was('open')
      await client.send(`close ${code} later`)
      expect((await client.was('waiting')).ending).toEqual({ code, reason: 'later' })
      expect((await client.was('open', 2)).ending).toBeUndefined()
      expect(await client.got(2)).toEqual(['hello ', 'hello '])
    })

    test('tells the server its code and reason', async () => {
      const client = open('/echo')
      await client.was('open')
      client.close(3456, 'das genügt')
      expect((await client.was('closed')).ending).toEqual({ code: 3456, reason: 'das genügt' })
      await eventually(async () => (await ask('/closed')) === '3456 das genügt')
    })

    test('is asked for its life, answered, and no reader sees it', async () => {
      const client = open('/echo', { liveness: 20 })
      await client.was('open')
      const before = Number(await ask('/nuls'))
      await eventually(async () => Number(await ask('/nuls')) >= before + 3)
      expect(client.messages()).toEqual(['hello '])
      expect(client.statuses().map(({ status }) => status)).toEqual(['idle', 'connecting', 'open'])
    })

    test('gives up a server that says nothing, and comes back', async () => {
      const client = open('/silent', { liveness: 50, answerTimeout: 100, base: 1 })
      const { ending } = await client.was('waiting')
      expect(ending).toEqual({ code: 3008, reason: 'no answer' })
      await client.was('open', 2)
    })

    test('stays away from a route that says 401', async () => {
      const client = open('/401')
      const { ending } = await client.was('refused')
      expect(ending).toMatchObject({ code: vanished, status: 401 })
    })

    test('waits as long as 503 asks', async () => {
      const client = open('/503', { base: 1, cap: 1 })
      const waiting = await client.was('waiting')
      expect(waiting.ending).toMatchObject({ code: vanished, status: 503 })
      const again = await client.was('connecting', 2)
      // Timers may be a millisecond early.
      expect(again.at - waiting.at).toBeGreaterThan(990)
    })

    test('outlives the server: what is said meanwhile arrives when it is back', async () => {
      let mortal = await start()
      onTestFinished(async () => {
        await mortal.stop()
      })
      const client = open('/echo', { base: 50, cap: 200 }, mortal.url)
      await client.got(1)
      await mortal.stop('SIGKILL')
      expect((await client.was('waiting')).ending).toMatchObject({ code: vanished })
      expect(await client.send('are you there?')).toBe('queued')
      mortal = await start({ PORT: String(mortal.port) })
      await client.was('open', 2)
      expect(await client.got(3)).toEqual(['hello ', 'hello ', 'are you there?'])
    })
  })
}
