import { channelKey } from '../../channel.ts'
import type { Engine } from '../engine.ts'
import type { Whom } from './channel-hub.ts'
import type { User } from './user.ts'

/** Who follows channels, and may be told that rights have changed. */
export interface Reader {
  readonly user: User | undefined
  /** @param channel the name of some, or the key of one; @default all */
  kick(channel?: string): void
  recheck(channel?: string): void
}

type Act = 'kick' | 'recheck'

/** A signal between processes. */
interface Signal {
  act?: Act
  user?: string
  channel?: string
}

/** Carries changes of rights to all processes (rule 12 of PROTOCOL.md). */
export interface Signals {
  send(act: Act, whom?: Whom): Promise<void>
  stop(): void
}

/** @param readers those of this process */
export function connectSignals(engine: Engine, readers: () => Iterable<Reader>): Signals {
  const stop = engine.onSignal((message) => {
    const { act, user, channel } = readSignal(message)
    for (const reader of readers()) {
      if (user !== undefined && reader.user?.id !== user) continue
      if (act === 'kick') reader.kick(channel)
      if (act === 'recheck') reader.recheck(channel)
    }
  })
  return {
    stop,
    send: (act, { user, channel, params } = {}) =>
      engine.signal(
        JSON.stringify({
          act,
          user,
          channel: channel && channelKey(channel.name, params),
        } satisfies Partial<Record<keyof Signal, unknown>>),
      ),
  }
}

function readSignal(message: string): Signal {
  try {
    return JSON.parse(message) as Signal
  } catch {
    return {}
  }
}
