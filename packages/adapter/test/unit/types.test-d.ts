import type { Adapter } from '@sveltejs/kit'
import { expectTypeOf } from 'vitest'
import adapter from '../../src/index.ts'

expectTypeOf(adapter()).toEqualTypeOf<Adapter>()
adapter({ out: 'build', precompress: false })
adapter({ out: undefined })

// @ts-expect-error -- no such option
adapter({ outDir: 'build' })
// @ts-expect-error -- it is on or off
adapter({ precompress: 'br' })
