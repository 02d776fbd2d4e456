import type { Engine } from '@kitrt/core/server'
import { readEntry } from './entry.ts'
import type { Keys } from './keys.ts'
import type { Link } from './link.ts'
import { runScript } from './script.ts'
import { appendScript, lastScript, readScript } from './scripts/log.ts'

/** How long a log is known that nobody has appended to, read, or asked for its last position, in ms. */
const idle = 3_600_000

/** Redis takes no larger time; 31 years. */
const longest = 1e12

const milliseconds = (ms: number): number => Math.min(longest, Math.max(1, Math.ceil(ms)))

/** The calls of an engine that are about logs. */
export function createLog(
  link: Pick<Link, 'send'>,
  keys: Keys,
): Pick<Engine, 'append' | 'read' | 'lasts'> {
  return {
    async append(channel, data, { key, keyTtl, latest, size, ttl }) {
      const known = milliseconds(Math.max(ttl, keyTtl) + idle)
      const [position, duplicate] = (await runScript(
        link,
        appendScript,
        [...keys.log(channel), ...(key === undefined ? [] : [keys.publish(channel, key)])],
        [
          createId(),
          createId(),
          createId(),
          keys.told(channel),
          data,
          latest === undefined ? '' : JSON.stringify(latest),
          milliseconds(keyTtl),
          Math.max(1, Math.floor(size)),
          milliseconds(ttl),
          known,
        ],
      )) as [string, number]
      return { position, duplicate: duplicate === 1 }
    },
    async read(channel, after, limit) {
      const [epoch = '', offset = '0'] = after?.split('.') ?? []
      const [last, entries, newest] = (await runScript(link, readScript, keys.log(channel), [
        createId(),
        createId(),
        idle,
        epoch,
        // What clients claim may be more than Redis counts to.
        BigInt(offset) > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : offset,
        limit,
      ])) as [string, string[], string[]]
      if (newest.length === 0) return { entries: entries.map(readEntry), last }
      const both = [...entries, ...newest].map(readEntry)
      const offsetOf = (position: string): number => Number(position.split('.')[1])
      both.sort((one, other) => offsetOf(one.position) - offsetOf(other.position))
      return { entries: both.slice(0, limit), last }
    },
    lasts: (channels) =>
      Promise.all(
        channels.map(
          async (channel) =>
            (await runScript(link, lastScript, keys.log(channel), [
              createId(),
              createId(),
              idle,
            ])) as string,
        ),
      ),
  }
}

/** 128 random bits. */
function createId(): string {
  return crypto.randomUUID().replaceAll('-', '')
}
