// @vitest-environment node
import { compile } from 'svelte/compiler'
// @ts-expect-error -- internal, and without types
import * as internal from 'svelte/internal/server'
import { writable } from 'svelte/store'
import { describe, expect, test } from 'vitest'

/**
 * What `@kitrt/stores/vite` uses of Svelte without its promise. When one of these fails after an
 * update of Svelte, `src/dev/stand-ins.ts` and `src/dev/component-reads.ts` are to be looked at.
 */
const { store_get, unsubscribe_stores } = internal as {
  store_get: (values: Record<string, unknown[]>, name: string, store: unknown) => unknown
  unsubscribe_stores: (values: Record<string, unknown[]>) => void
}

describe('store_get', () => {
  test('takes the record of an instance, a name and a store, and notes the store under the name', () => {
    expect(store_get).toBeTypeOf('function')
    expect(store_get).toHaveLength(3)
    const values: Record<string, unknown[]> = {}
    const [one, other] = [writable('one'), writable('other')]
    expect(store_get(values, '$x', one)).toBe('one')
    expect(values['$x']?.[0]).toBe(one)
    one.set('two')
    expect(store_get(values, '$x', one)).toBe('two')
    expect(store_get(values, '$x', other)).toBe('other')
    expect(values['$x']?.[0]).toBe(other)
    unsubscribe_stores(values)
  })
})

describe.each([true, false])('what the compiler makes of $store, async: %s', (async) => {
  test('calls store_get of svelte/internal/server with a record of the instance', () => {
    const { js } = compile(`<script>import { x } from './x.js'</script>{$x}`, {
      generate: 'server',
      dev: true,
      filename: '/app/src/Comp.svelte',
      experimental: { async },
    })
    expect(js.code).toMatch(/import \* as \$ from ['"]svelte\/internal\/server['"]/)
    expect(js.code).toMatch(/\$\.store_get\(\$\$store_subs \?\?= \{\}, ['"]\$x['"], x\)/)
  })
})
