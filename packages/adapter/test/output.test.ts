import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { root } from '../../../testing/run-server.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect, refusal } from '../../../testing/socket-client.ts'
import { runtimes, serve, targets } from '../../../testing/targets.ts'
import { serveSite, site, siteEnvironment } from './serve-site.ts'

const example = join(root, 'examples', 'deploy')

/** The site's build, its one dependency and some files, in a folder that has nothing of this project around it. */
function copyElsewhere(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'kitrt-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(join(site, 'build'), join(folder, 'build'), { recursive: true })
  cpSync(join(root, 'node_modules', 'hono'), join(folder, 'node_modules', 'hono'), {
    recursive: true,
  })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text()

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  async function started(server: Promise<RunningServer>): Promise<RunningServer> {
    const running = await server
    onTestFinished(async () => {
      await running.stop()
    })
    return running
  }

  test('built and copied elsewhere it runs, with nothing but the dependencies of the app', async () => {
    const { url } = await started(serve(target, copyElsewhere(), siteEnvironment()))
    expect(await textOf(`${url}/base`)).toContain('<h1>Home</h1>')
    expect(await textOf(`${url}/base/read`)).toBe('read on the server: ü\n')
    expect(await textOf(`${url}/base/plain.txt`)).toBe('0123456789 ü\n')
    expect(await textOf(`${url}/hono/you`)).toBe('{"hello":"you"}')
    const { ws, next } = await connect(`${url}/base/socket`)
    ws.send('elsewhere')
    expect(await next()).toBe('elsewhere')
    ws.close()
  })

  /** Deno looks for packages beside a package.json. */
  const manifest = { 'package.json': '{ "type": "module", "dependencies": { "hono": "*" } }' }

  const run = async (folder: string, file: string): Promise<string> => {
    const [program = '', ...args] = runtimes[target.runtime].run
    const { stdout } = await promisify(execFile)(program, [...args, file], {
      cwd: folder,
      env: { ...process.env, ...siteEnvironment(), NODE_ENV: undefined },
      timeout: 20_000,
    })
    return stdout
  }

  test('its index.js exports the app, the server and the close, for who embeds it', async () => {
    const folder = copyElsewhere({
      ...manifest,
      'embed.js': `
import { app, server, close } from './build/index.js'
console.log(typeof app.fetch, typeof server)
process.on('sveltekit:shutdown', (reason) => console.log('shutdown', reason))
await Promise.all([close(), close()])
console.log('closed')
`,
    })
    expect(await run(folder, 'embed.js')).toMatch(
      /Listening on http:\/\/127\.0\.0\.1:\d+ .*\napp is ready: .*\nfunction object\nshutdown close\nclosed\n$/,
    )
  })

  test('instrumentation.server.ts runs before anything of the app, by either file', async () => {
    const { url } = await started(serveSite(target))
    expect(await textOf(`${url}/base/instrumented`)).toBe('nothing of the app')
    const folder = copyElsewhere({
      ...manifest,
      'own.js': `
import { handler, closeConnections } from './build/handler.js'
console.log(typeof handler, typeof closeConnections, globalThis.instrumented)
process.exit()
`,
    })
    expect(await run(folder, 'own.js')).toBe(
      'function function the hooks of the app, after nothing of the app\n',
    )
  })

  test('its handler.js serves the app from a server of your own, sockets too', async () => {
    const file = `server-${target.runtime}.js`
    const own = { ...target, command: [...runtimes[target.runtime].run, file] }
    const server = await started(serve(own, example))
    expect(await textOf(`${server.url}/own`)).toBe('a route of the own server')
    expect(await textOf(server.url)).toContain('One build, three runtimes')
    const { headers } = await fetch(`${server.url}/api/time`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const { ws, next, closed } = await connect(`${server.url}/echo`)
    ws.send('hello')
    expect(await next()).toBe('hello')
    const foreign = await refusal(`${server.url}/echo`, { origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
    const ended = server.stop('SIGTERM')
    expect((await closed).code).toBe(1012)
    expect((await within(ended, 8_000, 'end')).code).toBe(0)
  })

  test('a fault is told by its place in the source, where the runtime reads source maps', async () => {
    const maps = {
      node: [...runtimes.node.run, '--enable-source-maps', 'build/index.js'],
      deno: target.command,
      // It reads none of files that are JavaScript already (1.4.4).
      bun: undefined,
    }[target.runtime]
    const { url, output } = await started(
      serve({ ...target, command: maps ?? target.command }, site, siteEnvironment()),
    )
    await textOf(`${url}/hono/fault/now`)
    const stack = await eventually(
      () => /a fault of the own app\n[^]*?\n/.test(output()) && output(),
    )
    expect(stack.includes('src/hono.ts:13')).toBe(maps !== undefined)
  })

  test('envPrefix: another name counts for nothing, and a name that is none of its own is a mistake', async () => {
    const { url } = await started(
      serve(target, site, { ...siteEnvironment(), SHUTDOWN_TIMEOUT: 'nonsense' }),
    )
    expect(await textOf(`${url}/healthz`)).toBe('ok')
    await expect(serve(target, site, { ...siteEnvironment(), SITE_PROT: '1' })).rejects.toThrow(
      "did not start:\nSITE_PROT is no variable of the server. With envPrefix 'SITE_'",
    )
  })

  test('the app is told when it is ready, the health check when it drains, for SHUTDOWN_DELAY', async () => {
    const server = await started(serveSite(target, { SHUTDOWN_DELAY: '2' }))
    const { url } = server
    await eventually(() => server.output().includes(`app is ready: ${url}\n`))
    const health = async (): Promise<[number, string]> => {
      const response = await fetch(`${url}/healthz`)
      expect(response.headers.get('cache-control')).toBe('no-store')
      return [response.status, await response.text()]
    }
    expect(await health()).toEqual([200, 'ok'])
    const { ws, next, closed } = await connect(`${url}/base/socket`)
    const ended = server.stop('SIGTERM')
    await eventually(async () => (await health())[0] === 503)
    expect(await health()).toEqual([503, 'draining'])
    // Until the load balancer has seen it, all is as before.
    expect(await textOf(`${url}/base/plain.txt`)).toBe('0123456789 ü\n')
    ws.send('still there')
    expect(await next()).toBe('still there')
    expect((await closed).code).toBe(1012)
    expect((await within(ended, 5_000, 'end')).code).toBe(0)
  })

  test('without the option there is no health check', async () => {
    const { url } = await started(serve(target, join(import.meta.dirname, 'app')))
    expect((await fetch(`${url}/healthz`)).status).toBe(404)
  })
})

test('Deno runs it with the narrow permissions that the README gives', async () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const flags = /deno run (--no-prompt .*) build\/index\.js/.exec(readme)?.[1]?.split(' ') ?? []
  expect(flags).not.toContain('-A')
  const deno = targets.find(({ name }) => name === 'deno') ?? expect.fail()
  const command = [runtimes.deno.run[0] ?? '', 'run', ...flags, 'build/index.js']
  const server = await serve({ ...deno, command }, copyElsewhere(), siteEnvironment())
  onTestFinished(async () => {
    await server.stop()
  })
  const { url } = server
  expect(await textOf(`${url}/base`)).toContain('<h1>Home</h1>')
  expect(await textOf(`${url}/base/read`)).toBe('read on the server: ü\n')
  expect(await textOf(`${url}/base/plain.txt`)).toBe('0123456789 ü\n')
  const { ws, closed } = await connect(`${url}/base/socket`)
  ws.close()
  await closed
  expect((await within(server.stop('SIGTERM'), 5_000, 'end')).code).toBe(0)
})
