import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { long } from '../../../../testing/long.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { nginx } from '../proxies/nginx.ts'
import { runProxy } from '../proxies/run-proxy.ts'
import type { RunningProxy } from '../proxies/run-proxy.ts'
import { trust } from '../proxies/trust.ts'
import { app } from '../run-contract.ts'

// The contract tests are silent for 13 s, which is enough for Bun's own limit.
const silence = long ? 90_000 : 1_000
const timeout = silence + 30_000

const missing = await debianPackages(...nginx.debian)

describe.concurrent.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  let server: RunningServer
  let front: RunningProxy | undefined
  beforeAll(async () => {
    server = await serve(target, app)
    if (missing) return
    front = await runProxy(
      {
        ...nginx,
        name: 'nginx-defaults',
        configuration: 'packages/adapter/test/proxies/nginx-defaults.conf',
        changes: ({ port, app: appPort, certificate }) => [
          ['127.0.0.1:443 ', `127.0.0.1:${port} `],
          ['127.0.0.1:3000', `127.0.0.1:${appPort}`],
          ['/etc/ssl/app.example.pem', certificate],
        ],
      },
      server.port,
    )
    trust(front.pem)
  })
  afterAll(async () => {
    await front?.stop()
    await server?.stop()
  })

  async function hear(url: string): Promise<void> {
    const { body } = await fetch(url)
    let text = ''
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      text += part
      if (text.includes('still here')) return
    }
    expect(text, 'the stream has ended').toContain('still here')
  }

  test(`a stream that is silent for ${silence / 1000} s, heartbeats too, lives`, { timeout }, () =>
    hear(`${server.url}/stream/quiet?ms=${silence}`),
  )

  // Bun ends a connection that was quiet for 10 s, which it finds out up to 4 s later.
  test('an answer may begin after 15 s, or pause for as long', { timeout: 60_000 }, async () => {
    const asked = [
      { method: 'GET', query: '' },
      { method: 'POST', query: '' },
      { method: 'GET', query: '&begun' },
    ].map(async ({ method, query }) => {
      const headers = { origin: server.url }
      const response = await fetch(`${server.url}/slow?ms=15000${query}`, { method, headers })
      // To a page that is no page the app's stores add what was written late.
      return (await response.text()).replace(/<script.*/, '')
    })
    expect(await Promise.all(asked)).toEqual(['done', 'done', 'begun, done'])
  })

  test.skipIf(missing)(
    `one that only beats for ${silence / 1000} s lives behind an nginx with its defaults`,
    { timeout },
    () => hear(`${front!.url}/stream/quiet?beats&ms=${silence}`),
  )
})

if (missing) test.skip(`nginx: ${missing}`, () => {})
