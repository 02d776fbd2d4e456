import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Stream } from 'node:http2'
import { createSubscriber } from 'svelte/reactivity'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../../../../testing/browser.ts'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { eventually, within } from '../../../../testing/eventually.ts'
import { freePort } from '../../../../testing/free-port.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect, refusal } from '../../../../testing/socket-client.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { topicOf } from '../../../sse/test/news.ts'
import { openSource } from '../../../sse/test/open-source.ts'
import { createSocket } from '../../../ws/src/client/open-socket.ts'
import { visit } from '../../../ws/test/interop-clients/standard.ts'
import { app } from '../run-contract.ts'
import { runProxy } from './run-proxy.ts'
import type { Proxy, RunningProxy } from './run-proxy.ts'
import { trust } from './trust.ts'

/** What must hold behind a proxy that has its configuration from `examples/`. */
export async function proxyContract(proxy: Proxy): Promise<void> {
  const missing = await debianPackages(...proxy.debian)

  describe.skipIf(missing !== undefined).each(targets.filter(({ mode }) => mode === 'production'))(
    '$name',
    (target) => {
      let server: RunningServer
      let front: RunningProxy
      const start = async (port: number): Promise<RunningServer> =>
        serve(target, app, { PORT: String(port), ADDRESS_HEADER: 'x-forwarded-for' })
      const at = (path: string): string => front.url + path

      beforeAll(async () => {
        server = await start(await freePort())
        front = await runProxy(proxy, server.port)
        trust(front.pem)
      })
      afterAll(async () => {
        await front?.stop()
        await server?.stop()
      })

      test('a page comes over HTTP/2', async () => {
        const session = connectHttp2(front.url)
        onTestFinished(() => session.destroy())
        const request = session.request({ ':path': '/' })
        const [headers] = (await once(request, 'response')) as [Record<string, unknown>]
        expect(session.alpnProtocol).toBe('h2')
        expect(headers[':status']).toBe(200)
        let html = ''
        for await (const chunk of request.setEncoding('utf8')) html += chunk
        expect(html).toContain('</html>')
      })

      test('a socket of the own page is let in and echoes, text and bytes', async () => {
        const { ws, next } = await connect(at('/socket/echo'), { headers: { origin: front.url } })
        const large = 'x'.repeat(2 ** 20)
        for (const sent of ['hello', large]) {
          ws.send(sent)
          expect(await next()).toBe(sent)
        }
        ws.send(Uint8Array.of(0, 255))
        expect(await next()).toEqual([0, 255])
        ws.close()
      })

      if (proxy.socketsOverHttp2)
        test('a socket comes over HTTP/2, Origin and all', async () => {
          const session = connectHttp2(front.url)
          onTestFinished(() => session.destroy())
          const [{ enableConnectProtocol }] = (await once(session, 'remoteSettings')) as [
            { enableConnectProtocol?: boolean },
          ]
          expect(enableConnectProtocol).toBe(true)
          // RFC 8441, section 5.1
          const upgrade = (origin: string): ClientHttp2Stream =>
            session.request(
              {
                ':method': 'CONNECT',
                ':protocol': 'websocket',
                ':scheme': 'https',
                ':path': '/socket/echo',
                ':authority': new URL(front.url).host,
                'sec-websocket-version': '13',
                origin,
              },
              { endStream: false },
            )
          const foreign = upgrade('https://evil.example')
          const [refused] = (await once(foreign, 'response')) as [Record<string, unknown>]
          expect(refused[':status']).toBe(403)
          foreign.destroy()

          const socket = upgrade(front.url)
          const [accepted] = (await once(socket, 'response')) as [Record<string, unknown>]
          expect(accepted[':status']).toBe(200)
          socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]))
          const [echo] = (await once(socket, 'data')) as [Buffer]
          expect(echo.toString('latin1')).toBe('\x81\x02hi')
          socket.destroy()
        })

      test('a page in Chromium talks to its socket', async () => {
        const browser = await launchBrowser()
        onTestFinished(() => browser.close())
        const page = await browser.newPage({ ignoreHTTPSErrors: true })
        await page.goto(front.url)
        const seen = await page.evaluate(visit, { url: front.url, id: randomUUID() })
        expect(seen).toMatchObject({
          opened: { protocol: 'first' },
          echoed: [true, true, true, true, true, true],
          closedByClient: { code: 3456, reason: 'done' },
          closedByServer: { code: 4001, reason: 'ü'.repeat(61) },
        })
      })

      test('a socket of a foreign page gets 403', async () => {
        for (const origin of ['https://evil.example', 'null', 'https://127.0.0.1', server.url]) {
          const { status, body } = await refusal(at('/socket/echo'), { headers: { origin } })
          expect([status, body]).toEqual([403, expect.stringContaining('Origin')])
        }
      })

      test('the address of a client is its own, whatever it says', async () => {
        const { ws, next } = await connect(at('/socket/auth/blue'), {
          headers: { cookie: 'user=alice', 'x-forwarded-for': '6.6.6.6' },
        })
        expect(JSON.parse(String(await next()))).toMatchObject({ address: '127.0.0.1' })
        ws.close()
      })

      test('what the app answers to a handshake arrives, with its code and reason at the end', async () => {
        expect((await refusal(at('/socket/auth/blue'))).status).toBe(401)
        const { ws, closed } = await connect(at('/socket/closes'))
        ws.send('long')
        expect(await closed).toEqual({ code: 4001, reason: 'ü'.repeat(61) })
      })

      test('an event of a stream arrives before the next one is made', async () => {
        // Buffered, the ticks (35 bytes, 20 times a second) would take longer to fill a page of 4 kB.
        const { body } = await fetch(at('/stream/seen'))
        const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
        let text = ''
        const arrive = async (): Promise<void> => {
          while (!text.includes('event: tick')) text += (await reader.read()).value ?? ''
        }
        await within(arrive(), 4_000, 'the first event')
        await reader.cancel()
      })

      test('a stream comes over HTTP/2', async () => {
        const session = connectHttp2(front.url)
        onTestFinished(() => session.destroy())
        const request = session.request({ ':path': '/stream/seen' })
        const [headers] = (await once(request, 'response')) as [Record<string, unknown>]
        expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
        let text = ''
        request.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        await eventually(() => text.split('event: tick').length > 3)
        request.close()
      })

      test('sockets and streams that beat outlive the time after which the proxy cuts what is silent', async () => {
        const beating = await connect(at('/socket/idle'))
        const stream = await fetch(at('/stream/beats'))
        const reader = stream.body!.getReader()
        let ended = false
        const drained = (async () => {
          while (!(await reader.read()).done);
          ended = true
        })().catch(() => {
          ended = true
        })
        // These beat every 15 s, and so show what the proxy does.
        for (let time = 0; time < 2; time++) {
          const { closed } = await connect(at('/socket/echo'))
          expect((await within(closed, 10_000, 'the cut')).code).toBe(1006)
        }
        expect(ended).toBe(false)
        beating.ws.send('still there')
        expect([await beating.next(), await beating.next()]).toEqual(['open', 'still there'])
        beating.ws.close()
        await reader.cancel()
        await drained
      })

      test('a reload of the proxy leaves open sockets open', async () => {
        const { ws, next } = await connect(at('/socket/idle'))
        await front.reload()
        ws.send('still there')
        expect([await next(), await next()]).toEqual(['open', 'still there'])
        ws.close()
        expect((await fetch(at('/'))).status).toBe(200)
      })

      test('when the app restarts, its clients see 1012 and a 502 or 503, and ours come back by themselves', async () => {
        const plain = await connect(at('/socket/idle'))
        const socket = createSocket(
          at('/socket/idle'),
          { cap: 500 },
          {
            live: true,
            createSubscriber,
            WebSocket,
            fetch,
            page: undefined,
            href: undefined,
          },
        )
        let last: unknown
        onTestFinished(socket.subscribe((message) => (last = message)))
        await eventually(() => socket.status === 'open')

        const topic = topicOf(server.url, randomUUID())
        const answers: (number | undefined)[] = []
        const seen: string[] = []
        const source = openSource(at(topic.path), {
          base: 50,
          cap: 500,
          error: ({ response }) => void answers.push(response?.status),
        })
        for (const name of ['message', 'reset']) {
          onTestFinished(source.select(name).subscribe((data) => void (data && seen.push(data))))
        }
        await eventually(() => source.status === 'open')
        await topic.publish('before')
        await eventually(() => seen.includes('before'))

        await server.stop('SIGTERM')
        const { code, reason } = await plain.closed
        expect([code, reason]).toEqual([1012, expect.stringMatching(/^service restart\b/)])
        await eventually(() => socket.status !== 'open')
        // While there is no app the proxy answers, and that must not count as a refusal.
        expect((await fetch(at('/socket/idle'))).status).toBeGreaterThanOrEqual(502)
        await eventually(() => answers.some((status) => status === 502 || status === 503))
        server = await start(server.port)
        await eventually(() => socket.status === 'open', 15_000)
        socket.send('back')
        await eventually(() => last === 'back')

        // Its history went with the process, and that is said.
        await eventually(() => seen.includes('{"reason":"unknown"}'), 15_000)
        expect(source.status).toBe('open')
        await topic.publish('after')
        await eventually(() => seen.includes('after'))
        expect(seen).toEqual(['before', '{"reason":"unknown"}', 'after'])
      })
    },
  )

  if (missing) test.skip(`${proxy.name}: ${missing}`, () => {})
}
