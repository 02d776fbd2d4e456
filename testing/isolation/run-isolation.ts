import process from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { inParallel } from '../long.ts'
import { createRandom } from '../../packages/sse/test/unit/random.ts'
import type { Target } from '../targets.ts'
import type { Ssr } from './app/config.ts'
import { kinds } from './kinds.ts'
import { faultsOf, readLog } from './looks.ts'
import { remoteOf } from './remote-calls.ts'
import { carriers, send } from './send.ts'
import type { Carrier } from './send.ts'
import { serveFixture } from './serve-fixture.ts'
import type { Fixture } from './serve-fixture.ts'
import type { Kind, Site } from './visit.ts'
import { prerenderedNames } from './visits/prerendered.ts'

export interface IsolationOptions {
  fixture: Fixture
  target: Target
  ssr: Ssr
  visits: number
  /** Which build of the fixture. @default that of `ssr` */
  build?: string
}

/** What the server itself must have told of, in its log. */
const spoken = [
  'reroute',
  'reroute of a sub-request',
  'hook before ours',
  'hook before ours of a sub-request',
  'hook before ours, at its end',
  'hook',
  'hook after resolve',
  'handleFetch',
  'handleError',
  'layout server load',
  'server load',
  'action',
  'endpoint',
  'sub-request',
  'streamed promise',
  'query',
  'batch',
  'command',
  'form',
  'live',
  'live at its end',
]

const seed = Number(process.env['KITRT_SEED'] ?? Date.now() % 2 ** 31)
const again = `KITRT_SEED=${seed} repeats the visits`

interface Planned {
  kind: Kind
  own: string
  carrier: Carrier
  /** What a fault of it is called by. */
  title: string
}

/** Every kind once, and then what chance brings. Only the seed decides, not who comes first. */
function plan(visits: number): { each: Planned[]; many: Planned[] } {
  const random = createRandom(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const names = Object.keys(kinds)
  // What is prerendered is a file by now; the builds' own test reads each.
  const rendered = names.filter((name) => !kinds[name]?.prerendered)
  const all = Array.from({ length: names.length + visits }, (_, index): Planned => {
    const name = names[index] ?? pick(rendered)
    const carrier = pick(carriers)
    const kind = kinds[name] ?? expect.fail()
    const own = kind.prerendered
      ? `canary-${kind.prerendered}-${index % prerenderedNames}-`
      : `canary-${seed.toString(36)}-${index}-`
    return { kind, own, carrier, title: `visit ${index}, ${name} by ${carrier}` }
  })
  return { each: all.slice(0, names.length), many: all.slice(names.length) }
}

async function visit(site: Site, { kind, own, carrier, title }: Planned): Promise<string[]> {
  const first = kind.visit(own, site)
  const answer = await send(site, own, carrier, first)
  const faults = faultsOf(own, first, answer)
  if (kind.next && faults.length === 0) {
    const next = kind.next(own, answer)
    faults.push(...faultsOf(own, next, await send(site, own, carrier, next)))
  }
  return faults.map((fault) => `${title}: ${fault}`)
}

/** Many visitors at once, in all places that SvelteKit has: each sees their own name and no other. */
export function runIsolation({
  fixture,
  target,
  ssr,
  visits,
  build = ssr,
}: IsolationOptions): void {
  describe(`SvelteKit ${fixture.replace('kit-', '')}, ${build}, ${target.name}`, () => {
    test(
      `${visits} visits, 200 at a time, each see their own name and no other`,
      { timeout: 900_000 },
      async () => {
        const server = await serveFixture(fixture, target, ssr, build)
        onTestFinished(async () => {
          await server.stop()
        })
        const form = await fetch(`${server.url}/form?of=canary-first-0-`)
        const site: Site = { url: server.url, ssr, remote: remoteOf(await form.text()) }
        const { each, many } = plan(visits)
        const faults: string[] = []

        // One after the other first: what fails here is not for others' presence.
        for (const one of each) faults.push(...(await visit(site, one)))
        expect(faults, again).toEqual([])
        await inParallel(many.length, 200, async (index) => {
          faults.push(...(await visit(site, many[index] ?? expect.fail())))
        })
        expect(faults.slice(0, 20), again).toEqual([])

        const last = 'canary-last-0-'
        await send(site, last, 'cookie', { path: '/endpoint' })
        await eventually(() => server.output().includes(`${last} [[hook before ours, at its end`))
        const log = readLog(server.output())
        expect(log.faults.slice(0, 20), again).toEqual([])
        expect(spoken.filter((place) => !log.places.has(place))).toEqual([])
        expect(server.output()).not.toMatch(/unhandled|uncaught/i)
      },
    )
  })
}
