import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../../../../testing/browser.ts'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { eventually } from '../../../../testing/eventually.ts'
import { bin } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { app } from '../../../adapter/test/run-contract.ts'
import { visit } from './standard.ts'
import type { Seen } from './standard.ts'

interface Client {
  name: string
  /** Runs it; its last line of output is a {@link Seen} in JSON. */
  command: string[]
  /** The Debian packages that it takes. */
  debian?: string[]
  /** Whether it offers permessage-deflate. */
  compresses: boolean
  fragments: boolean
  pings: boolean
  /** How it tells of a 401. */
  refused: RegExp
}

// Not the first `python3` of the PATH: Debian's modules are Debian's Python's.
const python = '/usr/bin/python3'

const clients: Client[] = [
  {
    name: 'python3-websockets',
    command: [python, 'python-websockets.py'],
    debian: ['python3-websockets'],
    compresses: true,
    fragments: true,
    pings: true,
    refused: /^server rejected WebSocket connection: HTTP 401$/,
  },
  {
    name: 'python3-autobahn',
    command: [python, 'python-autobahn.py'],
    debian: ['python3-autobahn'],
    compresses: true,
    fragments: true,
    pings: true,
    refused: /upgrade failed \[401\]: Unauthorized/,
  },
  {
    name: "undici, Node's own",
    command: [join(bin, 'node'), 'standard.ts'],
    compresses: true,
    fragments: false,
    pings: false,
    refused: /^1006 error$/,
  },
  {
    name: "Bun's own",
    command: [join(bin, 'bun'), 'standard.ts'],
    compresses: true,
    fragments: false,
    pings: true,
    refused: /^1006 .*Expected 101 status code: 401$/,
  },
  {
    name: "Deno's own",
    command: [join(bin, 'deno'), 'run', '-A', 'standard.ts'],
    compresses: false,
    fragments: false,
    pings: false,
    refused: /^0 .*Invalid status code: 401$/,
  },
]

const missing = new Map(
  await Promise.all(
    clients.map(async ({ name, debian = [] }) => {
      const reason = debian.length > 0 ? await debianPackages(...debian) : undefined
      return [name, reason] as const
    }),
  ),
)

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serve(target, app)
  })
  afterAll(() => server.stop())

  const linesOf = async (id: string): Promise<string[]> =>
    (await fetch(`${server.url}/log/${id}`)).json() as Promise<string[]>

  async function check(
    id: string,
    { client, offered, refused, ...seen }: Seen,
    expected: Pick<Client, 'compresses' | 'fragments' | 'pings' | 'refused'>,
  ): Promise<void> {
    expect({ client, ...seen }).toEqual({
      client: expect.stringMatching(/\d/),
      // Compression is offered and declined.
      opened: { protocol: 'first', extensions: [] },
      echoed: [true, true, true, true, true, true],
      fragments: expected.fragments ? 'one and 🐁 two' : null,
      pong: expected.pings ? 'are you there' : null,
      closedByClient: { code: 3456, reason: 'done' },
      closedByServer: { code: 4001, reason: 'ü'.repeat(61) },
    })
    expect(offered.startsWith('permessage-deflate')).toBe(expected.compresses)
    expect(refused).toMatch(expected.refused)
    await eventually(async () => (await linesOf(id)).includes('close 3456 done'))
  }

  test.for(clients)(
    '$name',
    { timeout: 40_000 },
    async ({ name, command, ...expected }, { skip }) => {
      const reason = missing.get(name)
      skip(reason !== undefined, reason)
      const id = randomUUID()
      const [program = '', ...args] = command
      const { stdout } = await promisify(execFile)(program, [...args, server.url, id], {
        cwd: import.meta.dirname,
        timeout: 30_000,
      })
      const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Seen
      await check(id, seen, expected)
    },
  )

  describe('in a browser', () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launchBrowser()
    })
    afterAll(() => browser.close())

    test('Chromium', async () => {
      const id = randomUUID()
      const page = await browser.newPage()
      await page.goto(server.url)
      const seen = await page.evaluate(visit, { url: server.url, id })
      await check(
        id,
        { client: `Chromium ${browser.version()}`, ...seen },
        { compresses: true, fragments: false, pings: false, refused: /^1006 error$/ },
      )
    })
  })
})
