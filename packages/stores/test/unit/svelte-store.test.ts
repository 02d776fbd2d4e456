// @vitest-environment node
import * as svelte from 'svelte/store'
import { describe } from 'vitest'
import * as ours from '../../src/index.ts'
import { createScope, scopes } from '../../src/scope.ts'
import { svelteStoreCases } from './svelte-store-cases.ts'

// What changing the import changes: nothing of this. On the server; for the browser see its own file.
describe('svelte/store', () => svelteStoreCases(svelte))

describe('ours, in a request', () =>
  svelteStoreCases(ours, (run) => scopes.current.run(createScope(), run)))

describe('ours, in the unit tests of an app', () => svelteStoreCases(ours))
