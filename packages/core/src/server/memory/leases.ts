import type { Lease, Members } from '../engine.ts'

/** Who is there, in one channel. */
export interface Leases {
  readonly isEmpty: boolean
  take(leases: readonly Lease[], ttl: number): void
  release(leases: readonly Lease[], grace: number): void
  members(limit: number): Members
  stop(): void
}

/** @param onChange told when members, or what is known of them, have changed */
export function createLeases(onChange: () => void): Leases {
  /** By nonce, the newest metadata last; until when, on the clock of `performance.now()`. */
  const held = new Map<string, { lease: Lease; until: number }>()
  /** By member, in the order of their coming, how many leases each has. */
  const counts = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function drop(nonce: string, { member }: Lease): void {
    held.delete(nonce)
    const count = (counts.get(member) ?? 0) - 1
    if (count > 0) counts.set(member, count)
    else counts.delete(member)
  }

  function expire(): void {
    const now = performance.now()
    let left = false
    for (const [nonce, { lease, until }] of held) {
      if (until > now) continue
      drop(nonce, lease)
      left = true
    }
    arm()
    if (left) onChange()
  }

  function arm(): void {
    clearTimeout(timer)
    timer = undefined
    let next = Infinity
    for (const { until } of held.values()) next = Math.min(next, until)
    if (next === Infinity) return
    timer = setTimeout(expire, Math.max(0, next - performance.now()))
    ;(timer as { unref?: () => void }).unref?.()
  }

  return {
    get isEmpty() {
      return held.size === 0
    },
    take(leases, ttl) {
      let changed = false
      for (const lease of leases) {
        const { nonce, member, meta } = lease
        const known = held.get(nonce)
        const until = performance.now() + ttl
        if (known?.lease.meta === meta) {
          known.until = until
          continue
        }
        changed = true
        held.delete(nonce)
        held.set(nonce, { lease, until })
        if (!known) counts.set(member, (counts.get(member) ?? 0) + 1)
      }
      arm()
      if (changed) onChange()
    },
    release(leases, grace) {
      const until = performance.now() + grace
      for (const { nonce } of leases) {
        const known = held.get(nonce)
        if (known) known.until = Math.min(known.until, until)
      }
      if (grace > 0) arm()
      else expire()
    },
    members(limit) {
      const metas = new Map<string, string>()
      for (const { lease } of held.values()) metas.set(lease.member, lease.meta)
      const list = [...counts.keys()]
        .slice(0, limit)
        .map((member) => ({ member, meta: metas.get(member) ?? 'null' }))
      return { list, count: counts.size }
    },
    stop: () => clearTimeout(timer),
  }
}
