import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { createTemporaryApp } from '../../../../testing/temporary-app.ts'
import type { EditableApp } from '../../../../testing/editable-app.ts'
import { asyncFiles, leakyApp } from './leaky-app.ts'

/** One log for the tests of a server, read from where the last one has ended. */
function createLog(server: RunningServer): (path: string) => Promise<string[]> {
  let marks = 0
  let read = 0
  return async (path) => {
    const response = await fetch(server.url + path)
    expect(response.status, await response.text()).toBe(200)
    const mark = `marker ${++marks}\n`
    await fetch(`${server.url}/marker/${marks}`)
    const end = await eventually(() => {
      const at = server.output().indexOf(mark, read)
      return at >= 0 && at
    })
    const told = server.output().slice(read, end)
    read = end + mark.length
    return told.match(/^\[kitrt\] .*\n.*/gm) ?? []
  }
}

const dev = targets.filter(({ mode }) => mode === 'dev')

describe.each(['async', 'sync'])('with %s rendering', (rendering) => {
  const inAsync = (row: string[]): string[][] => (rendering === 'async' ? [row] : [])

  describe.each(dev)('on $name', (target) => {
    let app: EditableApp
    let server: RunningServer
    /** What a request makes the server tell. */
    let told: (path: string) => Promise<string[]>

    beforeAll(async () => {
      app = await createTemporaryApp({ ...leakyApp, ...(rendering === 'async' && asyncFiles) })
      server = await serve(target, app.directory, { RENDERING: rendering })
      told = createLog(server)
    })
    afterAll(async () => {
      await server?.stop()
      app?.remove()
    })

    describe('a store of svelte/store that a request writes', () => {
      test.each([
        ['a hook', '/hook', 'src/hooks.server.ts:8', 'src/lib/plain.ts:4'],
        ['a load function', '/load', 'src/routes/load/+page.server.ts:5', 'src/lib/plain.ts:3'],
        ['an endpoint', '/update', 'src/routes/update/+server.ts:4', 'src/lib/plain.ts:3'],
        ['a component', '/component', 'src/routes/component/+page.svelte:4', 'src/lib/plain.ts:3'],
        [
          'a request that loads its module',
          '/lazy',
          'src/routes/lazy/+server.ts:3',
          'src/lib/lazy.ts:3',
        ],
        ['its own method', '/custom', 'src/lib/counter.ts:8', 'src/lib/counter.ts:4'],
      ])('in %s is told once, with both places', async (_, path, writtenAt, madeAt) => {
        const [warning, ...more] = await told(path)
        expect(warning).toMatch(`[kitrt] ${writtenAt}:`)
        expect(warning).toContain('writes to a store that all visitors share')
        expect(warning).toMatch(`The store is made at ${madeAt}:`)
        expect(warning).toContain(`import { writable } from '@kitrt/stores'`)
        expect(more).toEqual([])
        expect(await told(path)).toEqual([])
      })

      test('is told of toStore and tweened too, with a mend of their own', async () => {
        expect(await told('/others')).toEqual([
          expect.stringMatching(
            /others\/\+server\.ts:7:[^]*plain\.ts:6:[^]*defineStore\(\(\) => toStore\(…\)\)/,
          ),
          expect.stringMatching(
            /others\/\+server\.ts:8:[^]*others\/\+server\.ts:4:[^]*defineStore\(\(\) => tweened\(…\)\)/,
          ),
        ])
      })

      test('is nobody’s business when the request has made it, or a dependency, or when it is ours', async () => {
        expect(await told('/harmless')).toEqual([])
      })
    })

    describe('a keyed store that changes when a component has rendered it', () => {
      test.each([
        ['by set', '/late/set', 'src/routes/late/set/+page.svelte:4'],
        ['in place', '/late/pushed', 'src/routes/late/pushed/+page.svelte:4'],
        ['by a component of a component', '/late/child', 'src/routes/late/child/Child.svelte:4'],
        ...inAsync(['after an await', '/late/awaited', 'src/routes/late/awaited/+page.svelte:5']),
      ])('%s is told once, with the places', async (_, path = '', changedAt = '') => {
        const warnings = await told(path)
        expect(warnings[0]).toMatch(`[kitrt] ${changedAt}:`)
        expect(warnings[0]).toContain(
          `changes the store 'cart' after src/routes/late/+layout.svelte has rendered it`,
        )
        expect(warnings[0]).toContain('The store is made at src/lib/cart.ts:3:')
        // The first of two children has rendered it too.
        expect(warnings.slice(1)).toEqual(
          path === '/late/child'
            ? [expect.stringContaining('after src/routes/late/child/Child.svelte has rendered it')]
            : [],
        )
        expect(await told(path)).toEqual([])
      })

      test.each([
        ['back to what was rendered', '/late/same'],
        ['to an equal value', '/late/equal'],
        ['before the page is rendered', '/late/load'],
        ['in the component that reads it', '/own/seen'],
        ['in a component that reads it and does not show it', '/own/unseen'],
        ...inAsync(['when the page is out', '/late/streamed']),
      ])('%s is right', async (_, path = '') => {
        expect(await told(path)).toEqual([])
      })

      test('is told of a custom store too', async () => {
        expect(await told('/late/custom')).toEqual([
          expect.stringMatching(
            /late\/custom\/\+page\.svelte:4:\d+ changes the store 'price'[^]*src\/lib\/price\.ts:7:/,
          ),
        ])
      })
    })

    test('the server’s log holds no other complaint', () => {
      expect(server.output()).not.toMatch(/error|unhandled|deprecat/i)
    })
  })
})
