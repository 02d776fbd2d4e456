import { describe, expect, onTestFinished, test } from 'vitest'
import { copyApp } from '../../../testing/copy-app.ts'
import type { EditableApp } from '../../../testing/editable-app.ts'
import { eventually, within } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect } from '../../../testing/socket-client.ts'
import type { TestSocket } from '../../../testing/socket-client.ts'
import { serve, targets } from '../../../testing/targets.ts'
import { app } from './run-contract.ts'

const route = 'src/routes/socket/edited/+server.ts'
const library = 'src/lib/server/edition.ts'
const edits = 50
const peers = 20

describe.each(targets.filter(({ mode }) => mode === 'dev'))('$name', (target) => {
  async function start(): Promise<{ server: RunningServer; copy: EditableApp }> {
    const copy = copyApp(app)
    const server = await serve(target, copy.directory, {
      NODE_OPTIONS: '--expose-gc',
      DENO_V8_FLAGS: '--expose-gc',
    })
    onTestFinished(async () => {
      await server.stop()
      copy.remove()
    })
    return { server, copy }
  }

  const openAll = (server: RunningServer): Promise<TestSocket[]> =>
    Promise.all(Array.from({ length: peers }, () => connect(`${server.url}/socket/edited`)))

  const firstWords = (sockets: TestSocket[]): Promise<Set<unknown>> =>
    Promise.all(sockets.map(({ next }) => next())).then((words) => new Set(words))

  const endings = (sockets: TestSocket[]): Promise<Set<number>> =>
    within(
      Promise.all(sockets.map(({ closed }) => closed)).then(
        (all) => new Set(all.map(({ code }) => code)),
      ),
      20_000,
      'close',
    )

  const countOpen = async (server: RunningServer): Promise<number> =>
    (
      await fetch(`${server.url}/peers?route=${encodeURIComponent('/socket/edited')}`)
    ).json() as Promise<number>

  test(
    `${edits} edits with ${peers} open peers: each is closed with 1012, and comes back to the new code`,
    { timeout: 240_000 },
    async () => {
      const { server, copy } = await start()
      let sockets = await openAll(server)
      expect(await firstWords(sockets)).toEqual(new Set(['0.0']))
      let [version, edition] = [0, 0]
      const heap = async (): Promise<number> =>
        ((await (await fetch(`${server.url}/vitals`)).json()) as { heapUsed: number }).heapUsed
      /** After the first edits, which warm up. */
      let before = 0
      const warm = 10
      for (let edit = 1; edit <= edits; edit++) {
        // The route itself, and a module that it imports, in turn.
        if (edit % 2)
          await copy.edit(route, (text) => text.replace(/version = \d+/, `version = ${++version}`))
        else
          await copy.edit(library, (text) =>
            text.replace(/edition = \d+/, `edition = ${++edition}`),
          )
        expect(await endings(sockets)).toEqual(new Set([1012]))
        sockets = await openAll(server)
        expect(await firstWords(sockets)).toEqual(new Set([`${version}.${edition}`]))
        if (edit === warm) before = await heap()
      }
      expect(await countOpen(server)).toBe(peers)
      // Vite keeps some 50 kB of each edit; a peer that is kept holds more than 5 kB.
      const allowed = (edits - warm) * (50_000 + (peers * 5_000) / 2)
      await eventually(async () => (await heap()) - before < allowed)
      // Nothing is heard twice: one message reaches each of the others once.
      const [first, ...others] = sockets
      first?.ws.send('hello')
      expect(await firstWords(others)).toEqual(new Set([`${version}.${edition} hello`]))
      first?.ws.send('end')
      expect(await firstWords(others)).toEqual(new Set([`${version}.${edition} end`]))
      for (const { ws } of sockets) ws.close()
      await eventually(async () => (await countOpen(server)) === 0)
      expect(server.output()).not.toMatch(/error|warn|MaxListeners/i)
    },
  )

  test('an edit of another route closes nobody', async () => {
    const { server, copy } = await start()
    const [edited, other] = [
      await connect(`${server.url}/socket/edited`),
      await connect(`${server.url}/socket/echo`),
    ]
    await edited.next()
    await copy.edit(route, (text) => text.replace('version = 0', 'version = 1'))
    expect((await edited.closed).code).toBe(1012)
    other.ws.send('still here')
    expect(await other.next()).toBe('still here')
    other.ws.close()
  })

  test('an edit of the hooks doubles nothing', async () => {
    const { server, copy } = await start()
    // Vite knows a module once it was asked for.
    await fetch(server.url)
    for (const edit of [1, 2]) {
      await copy.edit('src/hooks.server.ts', (text) => `${text}\n// ${edit}\n`)
      await eventually(() => server.output().split('hooks.server.ts').length > edit, 10_000)
    }
    const { ws, next, waiting } = await connect(`${server.url}/socket/edited`)
    expect(await next()).toBe('0.0')
    ws.ping()
    await new Promise((resolve) => ws.once('pong', resolve))
    expect(waiting()).toEqual([])
    ws.close()
  })

  test('a fault in the new code closes nobody, and is said; its mending closes them', async () => {
    const { server, copy } = await start()
    const socket = await connect(`${server.url}/socket/edited`)
    expect(await socket.next()).toBe('0.0')
    await copy.edit(route, (text) => text.replace('version = 0', 'version = ('))
    await eventually(() => /edited.*\+server\.ts has a fault/.test(server.output()), 10_000)
    const other = await connect(`${server.url}/socket/echo`)
    other.ws.send('alive')
    expect(await other.next()).toBe('alive')
    expect(socket.ws.readyState).toBe(1)
    await copy.edit(route, (text) => text.replace('version = (', 'version = 2'))
    expect((await socket.closed).code).toBe(1012)
    const again = await connect(`${server.url}/socket/edited`)
    expect(await again.next()).toBe('2.0')
    again.ws.close()
    other.ws.close()
  })

  test('a restart of the dev server closes all with 1012, and they come back', async () => {
    const { server, copy } = await start()
    const sockets = await openAll(server)
    await firstWords(sockets)
    await copy.edit('vite.config.ts', (text) => `${text}\n// edited\n`)
    expect(await endings(sockets)).toEqual(new Set([1012]))
    const again = await eventually(() => connect(`${server.url}/socket/edited`), 20_000)
    expect(await again.next()).toBe('0.0')
    again.ws.close()
    expect(server.child.exitCode).toBeNull()
    expect(server.output()).not.toMatch(/unhandled|uncaught/i)
  })
})
