import type { AnyChannel } from '../../channel.ts'
import type { Engine } from '../engine.ts'
import type { Connection } from './connection.ts'
import type { HubLimits } from './limits.ts'
import type { Meter } from './meter.ts'
import type { PublishAnswer } from './publishing.ts'
import type { Room } from './room.ts'
import type { ServedChannel } from './served.ts'
import type { Turn } from './turn.ts'
import type { User } from './user.ts'

/** Who follows, as far as rights go. */
export type Reader = Pick<Connection, 'user' | 'kick' | 'recheck'>

/** What the parts of a hub share. */
export interface Hub {
  readonly limits: HubLimits
  readonly turn: Turn
  readonly engine: Engine
  /** How many entries are read at once. */
  readonly pageSize: number
  readonly meter: Meter
  /** A subscription has begun. @returns its end */
  subscribed(): () => void
  /** Something waits for a slow reader. */
  queued(): void
  onFault(error: unknown): void
  /** @returns its removal */
  add(connection: Connection): () => void
  /** Somebody follows without a connection. @returns the end of it */
  addReader(reader: Reader): () => void
  /** @throws {KitrtError} `invalid-message` for params that do not fit */
  find(name: unknown, params: unknown): ServedChannel | undefined
  serving(channel: AnyChannel, params: unknown): ServedChannel
  room(channel: ServedChannel): Room
  publish(
    channel: ServedChannel,
    user: User | undefined,
    draft: unknown,
    key: string,
  ): Promise<PublishAnswer>
}
