import type { CreateSubscriber } from '../../../src/client/live-value.ts'

/** One effect, and how it leaves what it has read. */
type Effect = { run: () => void; leaves: Set<() => void> }

export interface FakeReactivity {
  createSubscriber: CreateSubscriber
  /** Runs `run` now, and again when something that it has read says `update`. Returns its end. */
  effect(run: () => void): () => void
}

/** Svelte's `createSubscriber` and `$effect`, without a flush: effects run at once. */
export function createFakeReactivity(): FakeReactivity {
  let current: Effect | undefined

  const runEffect = (effect: Effect): void => {
    const before = current
    current = effect
    try {
      effect.run()
    } finally {
      current = before
    }
  }

  return {
    createSubscriber(start) {
      const effects = new Set<Effect>()
      let stop: (() => void) | void
      return () => {
        const effect = current
        if (!effect || effects.has(effect)) return
        effects.add(effect)
        effect.leaves.add(() => {
          effects.delete(effect)
          if (effects.size === 0) stop?.()
        })
        if (effects.size === 1) {
          stop = start(() => {
            for (const one of effects) runEffect(one)
          })
        }
      }
    },
    effect(run) {
      const effect: Effect = { run, leaves: new Set() }
      runEffect(effect)
      return () => {
        for (const leave of effect.leaves) leave()
        effect.leaves.clear()
      }
    },
  }
}
