import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { long } from '../long.ts'
import { targets } from '../targets.ts'
import { runIsolation } from './run-isolation.ts'
import { directoryOf, serveFixture } from './serve-fixture.ts'

/** Our adapter on SvelteKit 2, with its plugins listed by hand. */
for (const fixture of ['kit-2.70', 'kit-2.62'] as const) {
  const production = targets.filter(({ mode }) => mode === 'production')
  // What differs between the two is in the build; in short each runtime serves one of them.
  for (const target of long || fixture === 'kit-2.62' ? production : production.slice(0, 1)) {
    runIsolation({ fixture, target, ssr: 'async', visits: long ? 1_000 : 50, build: 'kitrt' })

    describe(`${fixture}, our adapter, ${target.name}`, () => {
      test('serves the files of the build, and keeps SvelteKit’s check of origins', async () => {
        const server = await serveFixture(fixture, target, 'async', 'kitrt')
        onTestFinished(async () => {
          await server.stop()
        })
        const entries = join('_app', 'immutable', 'entry')
        const [file = ''] = readdirSync(
          join(directoryOf(fixture), 'build', 'kitrt', 'client', entries),
        ).filter((name) => name.endsWith('.js'))
        const script = await fetch(`${server.url}/${entries}/${file}`, {
          headers: { 'accept-encoding': 'zstd' },
        })
        expect(script.status).toBe(200)
        expect(script.headers.get('content-type')).toBe('text/javascript;charset=utf-8')
        expect(script.headers.get('content-encoding')).toBe('zstd')
        expect(script.headers.get('cache-control')).toContain('immutable')
        const post = (origin: string): Promise<Response> =>
          fetch(`${server.url}/form`, {
            method: 'POST',
            headers: { origin },
            body: new URLSearchParams({ a: '1' }),
          })
        expect((await post('https://evil.example')).status).toBe(403)
        expect((await post(server.url)).status).not.toBe(403)
      })
    })
  }
}
