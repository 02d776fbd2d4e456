// @vitest-environment node
import { expect, test } from 'vitest'
import { callSite, lateCallSite } from '../../src/call-site.ts'

/** Asks from a file of another name. */
function askFrom(file: string, ask: () => string): string {
  // oxlint-disable-next-line no-implied-eval -- a function takes its file's name from the comment
  const run = new Function('ask', `return ask()\n//# sourceURL=${file}`) as (
    ask: () => string,
  ) => string
  return run(ask)
}

/** As a function of this package asks, whose own lines are not the app's. */
const ask = (): string => callSite(ask)

test.each([
  ['a module of the app', '/app/src/lib/cart.ts'],
  // Folders of people may have the names of ours, and of Svelte's.
  ['a package of the app', '/app/packages/stores/src/cart.ts'],
  ['an app of that name', '/home/me/svelte/src/routes/+page.ts'],
])('%s is a place of the app', (_, file) => {
  expect(askFrom(file, ask)).toMatch(`(${file}:`)
})

test.each([
  ['a dependency', '/app/node_modules/some-ui/index.js'],
  ['what Vite has made of dependencies', '/app/.vite/deps_ssr/svelte.js'],
  ['this package', new URL('../../src/index.ts', import.meta.url).pathname],
  ['this package, built', new URL('../../dist/index.js', import.meta.url).pathname],
])('%s is none: whoever called it is', (_, file) => {
  expect(askFrom(file, ask)).toMatch(/call-site\.test\.ts:\d+:\d+/)
})

test('where nothing of the app is on the stack, it says so', () => {
  const notOnTheStack = (): string => ''
  expect(callSite(notOnTheStack)).toBe('an unknown place')
})

test('a place that is asked for later is the one of then', () => {
  const make = (): (() => string) => lateCallSite(make)
  const place = make()
  expect(place()).toMatch(/call-site\.test\.ts:\d+:\d+/)
  expect(place()).toBe(place())
})
