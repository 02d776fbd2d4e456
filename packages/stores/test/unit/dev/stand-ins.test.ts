// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { standIn, standInFor } from '../../../src/dev/stand-ins.ts'

const own = new URL('../../../src/index.ts', import.meta.url).pathname

describe('svelte/store and svelte/motion', () => {
  test.each([
    '/app/src/lib/user.ts',
    '/app/src/routes/+page.svelte',
    '/ui/packages/stores/src/x.ts',
  ])('have a stand-in for a module of the app: %s', (importer) => {
    for (const source of ['svelte/store', 'svelte/motion']) {
      expect(standInFor(source, importer)).toMatch(/^\0/)
    }
  })

  test.each([
    '/app/node_modules/some-toasts/index.js',
    '/app/node_modules/svelte/src/motion/spring.js',
    '/app/node_modules/.vite/deps_ssr/svelte.js',
    own,
    '\0some-plugin:virtual',
  ])('are Svelte’s own for %s', (importer) => {
    expect(standInFor('svelte/store', importer)).toBeUndefined()
  })

  test('the stand-in’s own imports are Svelte’s', () => {
    const id = standInFor('svelte/store', '/app/src/lib/user.ts') ?? ''
    expect(standInFor('svelte/store', id)).toBeUndefined()
  })

  test('only makers of stores are replaced, all else passes through', () => {
    const id = standInFor('svelte/store', '/app/src/lib/user.ts') ?? ''
    expect(standIn(id)).toContain(`export * from 'svelte/store'`)
    expect(standIn(id)?.match(/^export const \w+/gm)).toEqual([
      'export const writable',
      'export const toStore',
    ])
  })
})

describe('svelte/internal/server', () => {
  test('has a stand-in for each component, by its file', () => {
    const ids = ['/app/src/A.svelte', '/app/src/A.svelte?v=1', '/app/node_modules/ui/B.svelte'].map(
      (importer) => standInFor('svelte/internal/server', importer) ?? '',
    )
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]).not.toMatch(/\.svelte$|[?&]/)
    expect(standIn(ids[0] ?? '')).toContain('watchReads?.("/app/src/A.svelte", svelte.store_get)')
    expect(standIn(ids[2] ?? '')).toContain('"/app/node_modules/ui/B.svelte"')
  })

  test('is Svelte’s own for modules with runes, and for its own parts', () => {
    for (const importer of ['/app/src/state.svelte.ts', '/app/src/x.ts', undefined]) {
      expect(standInFor('svelte/internal/server', importer)).toBeUndefined()
    }
  })
})

test('other modules are left alone', () => {
  expect(standInFor('svelte', '/app/src/A.svelte')).toBeUndefined()
  expect(standIn('/app/src/A.svelte')).toBeUndefined()
})
