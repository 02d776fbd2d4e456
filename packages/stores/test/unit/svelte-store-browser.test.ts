import * as svelte from 'svelte/store'
import { describe } from 'vitest'
import * as ours from '../../src/browser.ts'
import { svelteStoreCases } from './svelte-store-cases.ts'

describe('svelte/store', () => svelteStoreCases(svelte))

describe('ours', () => svelteStoreCases(ours))
