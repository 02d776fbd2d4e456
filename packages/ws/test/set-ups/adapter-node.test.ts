import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { app, describeServed, runSocketContracts } from '../../../adapter/test/run-contract.ts'
import { copyApp } from '../../../../testing/copy-app.ts'
import type { EditableApp } from '../../../../testing/editable-app.ts'
import { within } from '../../../../testing/eventually.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import { root } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect, refusal } from '../../../../testing/socket-client.ts'
import { runtimes, serve, target, vite } from '../../../../testing/targets.ts'
import type { Target } from '../../../../testing/targets.ts'

const example = join(root, 'examples', 'adapter-node')
const cookie = 'user=ada'

/** Of Node's server Bun and Deno lack nothing. */
const builds: Target[] = (['node', 'bun', 'deno'] as const).map((runtime) => ({
  name: runtime,
  runtime,
  mode: 'production',
  command: [...runtimes[runtime].run, 'server.js'],
  gaps: [],
}))

describe.each([...builds, target('node dev'), target('node preview')])(
  'the example, by $name',
  (way) => {
    let server: RunningServer | undefined
    const at = (path: string): string => (server?.url ?? '') + path

    beforeAll(async () => {
      server = await serve(way, example)
    })
    afterAll(async () => {
      await server?.stop()
    })

    test('has its socket, then and after it its GET, and its page', async () => {
      // First of all an upgrade: what it leaves behind on Deno no other request may see.
      const { ws, next, closed } = await connect(at('/echo'), { headers: { cookie } })
      ws.send('hello')
      expect(await next()).toBe('ada: hello')
      ws.close()
      await closed
      expect((await fetch(at('/echo'), { headers: { cookie } })).status).toBe(426)
      expect(await (await fetch(at('/'))).text()).toContain('Sockets beside adapter-node')
    })

    test('refuses who has not said who they are, and a foreign Origin', async () => {
      const refused = await refusal(at('/echo'))
      expect(refused.status).toBe(401)
      expect(refused.body).toContain('Say who you are first.')
      expect(
        (await refusal(at('/echo'), { headers: { cookie }, origin: 'https://evil.example' }))
          .status,
      ).toBe(403)
      const { ws } = await connect(at('/echo'), { headers: { cookie }, origin: at('') })
      ws.close()
    })
  },
)

describe.each(builds)('the end of the example on $name', (way) => {
  async function start(): Promise<RunningServer> {
    const server = await serve(way, example)
    onTestFinished(async () => {
      await server.stop()
    })
    return server
  }

  test('SIGTERM tells sockets to come back, and ends it at once', async () => {
    const server = await start()
    const { closed } = await connect(`${server.url}/echo`, { headers: { cookie } })
    const ended = server.stop('SIGTERM')
    expect(await closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(await within(ended, 5_000, 'end')).toEqual({ code: 0, signal: null })
  })

  test('a peer that does not answer holds it for a second', async () => {
    const server = await start()
    const raw = rawConnection(
      server.port,
      `GET /echo HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nCookie: ${cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    )
    await within(raw.answered, 5_000, 'handshake')
    expect(raw.received()).toMatch(/^HTTP\/1\.1 101 /)
    const from = performance.now()
    // The rest is for the machine; without the example's lines it would be 30 s and more.
    await within(server.stop('SIGTERM'), 10_000, 'end')
    expect(performance.now() - from).toBeGreaterThan(900)
  })
})

describe("the contract's app by adapter-node and the example's server", () => {
  let copy: EditableApp | undefined

  beforeAll(async () => {
    copy = copyApp(app)
    const { directory } = copy
    await copy.edit('vite.config.ts', (text) =>
      text
        .replace('@kitrt/adapter', '@sveltejs/adapter-node')
        .replace('plugins: [', 'plugins: [devSockets(),')
        .replace('import process', "import { devSockets } from '@kitrt/ws/vite'\nimport process"),
    )
    const server = readFileSync(join(example, 'server.js'), 'utf8')
    await copy.write({
      'server.js': server.replace('handler)', "handler, { trusted: ['https://friend.example'] })"),
    })
    await promisify(execFile)(runtimes.node.run[0] ?? '', [vite, 'build'], { cwd: directory })
  })
  afterAll(() => copy?.remove())

  for (const way of builds) {
    describeServed(
      way,
      (running) => runSocketContracts(way, running),
      () => copy?.directory ?? '',
    )
  }
})
