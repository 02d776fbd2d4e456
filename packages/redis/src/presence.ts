import type { Engine, Lease } from '@kitrt/core/server'
import type { Keys } from './keys.ts'
import { createLeaseWatch } from './lease-watch.ts'
import type { Link } from './link.ts'
import { runScript } from './script.ts'
import type { Script } from './script.ts'
import { leaseScript, membersScript, releaseScript } from './scripts/leases.ts'

/** The calls of an engine that are about who is there. */
export interface Presence {
  readonly calls: Pick<Engine, 'lease' | 'release' | 'members'>
  /** A channel's next lease ends in so many ms; none if less than 0. */
  next(channel: string, ms: number): void
  /** Nobody here listens to a channel any more. */
  forget(channel: string): void
  close(): void
}

/** How many leases are in one step. */
const chunk = 200

/** @param isListened whether somebody here listens to a channel */
export function createPresence(
  link: Pick<Link, 'send'>,
  keys: Keys,
  isListened: (channel: string) => boolean,
): Presence {
  const watch = createLeaseWatch(isListened, (channel) => {
    // Whoever misses it will look again: it is late, and not wrong.
    members(channel, 0).catch(() => {})
  })

  async function run(
    script: Script,
    channel: string,
    args: readonly (string | number)[],
  ): Promise<readonly unknown[]> {
    const told = keys.told(channel)
    const [next, ...rest] = (await runScript(link, script, keys.leases(channel), [
      told,
      ...args,
    ])) as unknown[]
    watch.next(channel, Number(next))
    return rest
  }

  async function chunks(
    script: Script,
    channel: string,
    ms: number,
    leases: readonly Lease[],
    argsOf: (lease: Lease) => string[],
  ): Promise<void> {
    for (let begin = 0; begin < leases.length; begin += chunk) {
      const some = leases.slice(begin, begin + chunk)
      // oxlint-disable-next-line no-await-in-loop -- Redis does nothing else meanwhile
      await run(script, channel, [Math.ceil(ms), ...some.flatMap(argsOf)])
    }
  }

  async function members(channel: string, limit: number): ReturnType<Engine['members']> {
    const [count, ...listed] = await run(membersScript, channel, [limit])
    const list = []
    for (let index = 0; index < listed.length; index += 2) {
      list.push({ member: String(listed[index]), meta: String(listed[index + 1]) })
    }
    return { list, count: Number(count) }
  }

  return {
    calls: {
      members,
      lease: (channel, leases, ttl) =>
        chunks(leaseScript, channel, ttl, leases, ({ nonce, member, meta }) => [
          nonce,
          member,
          meta,
        ]),
      release: (channel, leases, grace) =>
        chunks(releaseScript, channel, grace, leases, ({ nonce }) => [nonce]),
    },
    next: watch.next,
    forget: watch.forget,
    close: watch.close,
  }
}
