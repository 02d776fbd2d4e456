import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest'
import { browserPath, launchBrowser } from '../../../../testing/browser.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { long } from '../../../../testing/long.ts'
import { createNetworkNamespace } from '../../../../testing/network-namespace.ts'
import { serve } from '../../../../testing/targets.ts'
import { contractApp, openChannelPage, transports } from './channel-page.ts'

const network = long ? await createNetworkNamespace() : 'only in npm run test:long'

if (typeof network === 'string') test.skip(`another address: ${network}`, () => {})
else {
  const { host, exec, move, remove } = network
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kitrt-'))
    const executablePath = join(folder, 'chromium')
    const command = [...exec, await browserPath()].map((part) => `'${part}'`).join(' ')
    await writeFile(executablePath, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
    browser = await launchBrowser({ executablePath })
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true })
    await remove()
  })

  describe.each(faultTargets)('on $name', (target) => {
    test.each(transports)(
      'a browser that gets another address goes on over %s from there, and has all',
      async (only) => {
        const server = await serve(target, contractApp, { HOST: host })
        const context = await browser.newContext()
        onTestFinished(async () => {
          await context.close()
          await server.stop()
        })
        const { url } = server
        const page = await openChannelPage({ context, url, only, room: randomUUID() })
        const { publish, shows, live, counts } = page
        await publish('before')
        await shows(['before'])
        await move()
        await publish('moved')
        await shows(['before', 'moved'])
        await live()
        await publish('after')
        await shows(['before', 'moved', 'after'])
        // What was left at the old address is given up by the heartbeat; a stream's client sends none,
        // so a stream is there until its `maxAge` (rule 8).
        if (only === 'websocket') await counts({ connections: 1, subscriptions: 2, channels: 2 })
      },
    )
  })
}
