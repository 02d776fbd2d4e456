import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { within } from '../../../testing/eventually.ts'
import { runDockerfile } from '../../../testing/run-dockerfile.ts'
import { root, runServer } from '../../../testing/run-server.ts'
import { connect } from '../../../testing/socket-client.ts'

const example = join(root, 'examples', 'deploy')
const modules = join(root, 'node_modules')

/** What the registry would bring: our packages are not there yet, and tests do not need it. */
function instead(command: string, directory: string): boolean {
  const own = join(directory, 'node_modules')
  const link = (name: string): void => symlinkSync(join(modules, name), join(own, name))
  if (command === 'npm ci') {
    mkdirSync(own)
    for (const name of readdirSync(modules)) if (!name.startsWith('$')) link(name)
    return true
  }
  if (command === 'npm prune --omit=dev') {
    const { dependencies } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    rmSync(own, { recursive: true })
    for (const name of Object.keys(dependencies)) {
      cpSync(join(modules, name), join(own, name), { recursive: true, dereference: true })
    }
    return true
  }
  return false
}

describe.each(['node', 'bun', 'deno'])('Dockerfile.%s of the example', (runtime) => {
  test(
    'makes an image that serves the app, and ends when it is told to',
    { timeout: 300_000 },
    async () => {
      const image = await runDockerfile(`Dockerfile.${runtime}`, { context, stages, instead })
      expect(readdirSync(image.directory).toSorted()).toEqual(['build', 'node_modules'])
      const server = await runServer({
        command: image.command,
        cwd: image.directory,
        env: image.env,
      })
      onTestFinished(async () => {
        await server.stop()
      })
      expect(await (await fetch(`${server.url}/healthz`)).text()).toBe('ok')
      expect(await (await fetch(server.url)).text()).toContain('One build, three runtimes')
      expect(await (await fetch(`${server.url}/api/time`)).json()).toHaveProperty('time')
      const { ws, next, closed } = await connect(`${server.url}/echo`)
      ws.send('from the image')
      expect(await next()).toBe('from the image')
      const ended = server.stop('SIGTERM')
      expect((await closed).code).toBe(1012)
      expect((await within(ended, 5_000, 'end')).code).toBe(0)
    },
  )
})

const temporary = mkdtempSync(join(tmpdir(), 'kitrt-docker-'))
const context = join(temporary, 'context')
const stages = join(temporary, 'stages')

beforeAll(() => {
  const ignored = new Set(readFileSync(join(example, '.dockerignore'), 'utf8').trim().split('\n'))
  cpSync(example, context, {
    recursive: true,
    filter: (path) => !ignored.has(path.slice(example.length + 1)),
  })
  // An app has its own; this one lies in a monorepo.
  writeFileSync(join(context, 'package-lock.json'), '{}')
})

afterAll(() => {
  rmSync(temporary, { recursive: true })
})
