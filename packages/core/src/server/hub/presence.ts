import type { ServerFrame } from '../../protocol/frames.ts'
import type { Engine, Lease, Members } from '../engine.ts'

/** Who is there, in one channel, as this process knows it (rule 15 of PROTOCOL.md). */
export interface Presence {
  /** The frame that lists all; `undefined` until they are known. */
  readonly all: string | undefined
  /** Somebody is there, or is there with other metadata. */
  join(lease: Lease): void
  /** A lease is over, after a while; at once also when it has been given up already. @param grace in ms */
  leave(lease: Lease, grace: number): void
  /** Looks who is there. */
  refresh(): void
  stop(): void
}

export interface PresenceOptions {
  key: string
  /** The channel's number in frames. */
  number: number
  engine: Engine
  /** How long leases live without being renewed, in ms. */
  ttl: number
  /** How many members are listed. */
  maxMembers: number
  /** How long to wait before an engine that failed is asked again, in ms. */
  retryAfter: () => number
  /** Tells the followers. */
  meet: (text: string) => void
  onFault: (error: unknown) => void
}

/** How long changes are gathered, in ms: when many come at once the list is not read for each. */
const gather = 50

type Listed = Map<string, string>

export function createPresence({
  key,
  number,
  engine,
  ttl,
  maxMembers,
  retryAfter,
  meet,
  onFault,
}: PresenceOptions): Presence {
  /** Leases of this process, by nonce. */
  const held = new Map<string, Lease>()
  let listed: Listed | undefined
  let count = 0
  let all: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let renewing: ReturnType<typeof setInterval> | undefined
  let reading = false
  let stopped = false

  const frameOf = (m: NonNullable<ServerFrame['m']>): string => JSON.stringify({ c: number, m })
  const member = ([id, meta]: [string, string]) => ({ key: id, meta: JSON.parse(meta) as unknown })

  function show({ list, count: n }: Members): void {
    const before = listed
    const now: Listed = new Map(list.map(({ member: id, meta }) => [id, meta]))
    const came = [...now].filter(([id, meta]) => before?.get(id) !== meta)
    const out = [...(before?.keys() ?? [])].filter((id) => !now.has(id))
    if (before && came.length === 0 && out.length === 0 && n === count) return
    listed = now
    count = n
    all = frameOf({ n, all: [...now].map(member) })
    meet(frameOf({ n, in: came.map(member), out }))
  }

  async function read(): Promise<void> {
    timer = undefined
    reading = true
    try {
      const members = await engine.members(key, maxMembers)
      if (!stopped) show(members)
    } catch (error) {
      onFault(error)
      later(retryAfter())
    } finally {
      reading = false
    }
  }

  function later(ms: number): void {
    // What comes while it is read is read after it.
    if (stopped || timer !== undefined) return
    timer = setTimeout(() => {
      if (!reading) return void read()
      timer = undefined
      later(gather)
    }, ms)
  }

  function renew(): void {
    if (held.size === 0) {
      clearInterval(renewing)
      renewing = undefined
    } else engine.lease(key, [...held.values()], ttl).catch(onFault)
  }

  later(0)
  return {
    get all() {
      return all
    },
    join(lease) {
      held.set(lease.nonce, lease)
      renewing ??= setInterval(renew, ttl / 3)
      engine.lease(key, [lease], ttl).catch(onFault)
    },
    leave(lease, grace) {
      if (!held.delete(lease.nonce) && grace > 0) return
      // What is left of a lease that was renewed a while ago would be less.
      const end = grace > 0 ? engine.lease(key, [lease], grace) : engine.release(key, [lease], 0)
      end.catch(onFault)
    },
    refresh: () => later(gather),
    stop() {
      stopped = true
      clearTimeout(timer)
      clearInterval(renewing)
    },
  }
}
