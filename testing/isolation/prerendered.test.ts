import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ways } from './app/config.ts'
import { faultsOf } from './looks.ts'
import { payloadOf } from './remote-calls.ts'
import { directoryOf, fixtures } from './serve-fixture.ts'
import { prerenderedNames, prerenderedVisits } from './visits/prerendered.ts'

const pages = Array.from({ length: prerenderedNames }, (_, index) => index)

describe.each(fixtures.flatMap((fixture) => ways.map((ssr) => ({ fixture, ssr }))))(
  '$fixture, $ssr',
  ({ fixture, ssr }) => {
    test('pages that were rendered eight at a time, and what they asked for, each have their own name', () => {
      const built = join(directoryOf(fixture), 'build', ssr, 'prerendered')
      const remotes = join(built, '_app', 'remote')
      const remote = readdirSync(remotes).map((hash) => join(remotes, hash, 'printed'))
      const faults = pages.flatMap((index) => {
        const own = `canary-prerendered-${index}-`
        const printed = `canary-printed-${index}-`
        const at = join(built, 'prerendered', own)
        return [
          ...found(`${at}.html`, own, 'a prerendered page'),
          ...found(join(at, '__data.json'), own, 'the data of a prerendered page'),
          ...found(join(at, 'inner'), own, 'a prerendered endpoint'),
          ...found(join(remote[0] ?? '', payloadOf(printed)), printed, 'a prerendered function'),
        ]
      })
      expect(faults).toEqual([])
    })
  },
)

/** What is wrong with a file, which holds what a visit of a kind is to be answered with. */
function found(file: string, own: string, name: string): string[] {
  if (!existsSync(file)) return [`${file} is not there`]
  const kind = prerenderedVisits[name] ?? expect.fail()
  const site = { url: '', ssr: 'async', remote: '' } as const
  const answer = { status: 200, text: readFileSync(file, 'utf8') }
  return faultsOf(own, kind.visit(own, site), answer).map((fault) => `${file}: ${fault}`)
}
