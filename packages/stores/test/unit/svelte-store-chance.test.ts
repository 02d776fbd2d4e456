// @vitest-environment node
import * as svelte from 'svelte/store'
import type { Readable } from 'svelte/store'
import { describe, expect, test } from 'vitest'
import { createChance } from '../../../sse/test/unit/random.ts'
import * as ours from '../../src/index.ts'
import { createScope, scopes } from '../../src/scope.ts'
import type { StoreModule } from './svelte-store-cases.ts'

interface Net {
  /** Does something with one of the stores, and writes down all that follows. */
  step(): void
  log: string[]
}

/** Stores that depend on one another, the same for the same seed. */
function createStores({ derived, readable, readonly, writable }: StoreModule, seed: number) {
  const { below } = createChance(seed)
  const sources = Array.from({ length: 3 }, (_, index) => writable(index))
  const stores: Readable<unknown>[] = [...sources, readable('fixed')]
  for (let made = 0; made < 8; made++) {
    const pick = (): Readable<unknown> => stores[below(stores.length)] ?? sources[0]!
    const [one, other] = [pick(), pick()]
    const kinds = [
      () => derived(one, (value) => `${made}(${String(value)})`),
      () => derived([one, other], (values) => `${made}[${values.join(',')}]`),
      () => derived([one, other], ([value]) => String(value).length % 3),
      () =>
        derived(
          one,
          (value, set: (next: string) => void) => {
            if (String(value).length % 2) set(`${made}<${String(value)}>`)
          },
          'none',
        ),
      () => readonly(one),
    ]
    stores.push(kinds[below(kinds.length)]!())
  }
  return { sources, stores }
}

/** Listens, leaves and sets at random. */
function createNet({ sources, stores }: ReturnType<typeof createStores>, seed: number): Net {
  const { below } = createChance(seed)
  const log: string[] = []
  const leaves: (() => void)[] = []
  const step = (): void => {
    const source = sources[below(sources.length)]!
    const kind = below(6)
    log.push(`step ${kind}`)
    if (kind === 0 && leaves.length > 0) leaves.splice(below(leaves.length), 1)[0]?.()
    else if (kind === 1) source.update((value) => value + below(2))
    else if (kind === 2) log.push(`get ${String(svelte.get(stores[below(stores.length)]!))}`)
    else if (kind <= 4) source.set(below(4))
    else {
      const index = below(stores.length)
      leaves.push(
        stores[index]!.subscribe(
          (value) => {
            log.push(`${index} is ${String(value)}`)
            if (below(20) === 0) sources[below(sources.length)]!.set(below(4))
          },
          () => log.push(`${index} changes`),
        ),
      )
    }
  }
  return { step, log }
}

const steps = 200

/** What svelte/store's own stores do. */
function expected(seed: number, visitor: number): string[] {
  const { step, log } = createNet(createStores(svelte, seed), visitor)
  for (let made = 0; made < steps; made++) step()
  return log
}

describe('whatever is done with stores, ours do what those of svelte/store do', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'in two requests at once, each for itself: %i',
    (seed) => {
      const stores = createStores(ours, seed)
      const visitors = [seed * 2 + 1_000, seed * 2 + 1_001].map((visitor) => ({
        visitor,
        scope: createScope(),
        net: createNet(stores, visitor),
      }))
      for (let made = 0; made < steps; made++) {
        for (const { scope, net } of visitors) scopes.current.run(scope, net.step)
      }
      for (const { visitor, net } of visitors) expect(net.log).toEqual(expected(seed, visitor))
    },
  )
})
