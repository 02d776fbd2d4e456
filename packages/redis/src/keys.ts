import { KitrtError } from '@kitrt/core'

/** Where things are in Redis. All keys of a channel have one hash tag, so that they are on one node of a Cluster. */
export interface Keys {
  readonly log: (channel: string) => string[]
  /** What is remembered of a publish. */
  readonly publish: (channel: string, key: string) => string
  readonly leases: (channel: string) => string[]
  /** The name of Pub/Sub for a channel. */
  readonly told: (channel: string) => string
  /** The name of Pub/Sub for signals. */
  readonly signal: string
}

export function createKeys(prefix: string): Keys {
  if (/[{}]/.test(prefix)) {
    throw new KitrtError('bad-argument', `got the prefix '${prefix}', expected one without braces`)
  }
  const keys =
    (kinds: string[]) =>
    (channel: string): string[] =>
      kinds.map((kind) => `${prefix}${kind}:${tag(channel)}`)
  return {
    log: keys(['meta', 'stream', 'newest', 'order']),
    publish: (channel, key) => `${prefix}key:${tag(channel)}${key}`,
    leases: keys(['leases', 'lease', 'members', 'member']),
    told: (channel) => `${prefix}told:${tag(channel)}`,
    signal: `${prefix}signal`,
  }
}

/** A tag ends at its first brace, and one that is empty is none. */
function tag(channel: string): string {
  const escaped = channel.replaceAll(/[%{}]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `{${escaped || '%'}}`
}
