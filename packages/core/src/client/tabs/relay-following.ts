import type { AnyChannel } from '../../channel.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { idOf, isBehind } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Following } from '../following.ts'

/** One tab that follows the channel. */
interface Downstream {
  /** The frame that asks for it, until it is answered. */
  asked: number | undefined
  /** Up to where it was told; `undefined` until it has a state. */
  position: Position | undefined
  /** Whether it was told that this is all. */
  live: boolean
}

/** A channel that tabs follow over one connection: it keeps what each has been told, and nothing of what is in it. */
export interface RelayFollowing extends Following {
  /** The channel's number, for tabs. */
  readonly number: number
  /** @param id of the frame that asks */
  join(tab: string, id: number, at: Position | undefined, meta?: unknown): void
  leave(tab: string): void
}

export interface RelayFollowingOptions {
  name: string
  params: unknown
  key: string
  number: number
  tell(tabs: string[], frame: ServerFrame): void
  /**
   * Subscribes anew, from {@link Following.position}.
   *
   * @param atOnce whether nothing is to be waited for
   */
  subscribe(atOnce: boolean): void
  /** No tab follows it any more. */
  onEmpty(): void
}

export function createRelayFollowing({
  name,
  params,
  key,
  number,
  tell,
  subscribe,
  onEmpty,
}: RelayFollowingOptions): RelayFollowing {
  const all = new Map<string, Downstream>()
  /** From whose position the connection's subscription goes. Who has more ignores what comes twice. */
  let served: Downstream | undefined
  let begun: Position = ''

  const first = (): Downstream | undefined => served ?? all.values().next().value

  /** The tabs of whom something is true. */
  const those = (are: (one: Downstream) => boolean | undefined): string[] =>
    [...all].filter(([, one]) => are(one)).map(([tab]) => tab)
  const answered = (one: Downstream): boolean => one.asked === undefined

  /** Whether the subscription goes from where this one is, or before. */
  const isCovered = ({ position }: Pick<Downstream, 'position'>): boolean =>
    position !== undefined && !isBehind(position, begun)

  /** Sees to the next who waits. */
  function next(atOnce = false): void {
    if (all.size === 0) return onEmpty()
    served = [...all.values()].find(({ live }) => !live)
    if (served) subscribe(atOnce)
  }

  /** Answers those that ask, each in his own words. */
  function answer(
    isMeant: (one: Downstream) => boolean,
    say: (one: Downstream) => ServerFrame,
  ): void {
    for (const [tab, one] of all) {
      if (one.asked === undefined || !isMeant(one)) continue
      tell([tab], { id: one.asked, ...say(one) })
      one.asked = undefined
    }
  }

  function drop(tabs: string[]): void {
    for (const tab of tabs) all.delete(tab)
    if (served && ![...all.values()].includes(served)) served = undefined
  }

  function refused(err: NonNullable<ServerFrame['err']>): void {
    const asking = those((one) => !answered(one))
    answer(
      () => true,
      () => ({ err }),
    )
    drop(asking)
    tell([...all.keys()], err.retry ? { c: number, stale: true } : { c: number, off: 'denied' })
    if (!err.retry) all.clear()
    for (const one of all.values()) one.live = false
    // It is asked for again after a while.
    served = first()
    if (all.size === 0) onEmpty()
  }

  function event(frame: ServerFrame): void {
    const { n, p } = frame
    const isNext = ({ position }: Downstream): boolean => {
      // Not kept, or not in a row.
      if (n === undefined || position === undefined) return n === undefined
      // Who is further behind than what is told from would miss what is in between.
      if (p === undefined) return isBehind(position, n) && isCovered({ position })
      return p === idOf(position)
    }
    const tabs = those((one) => answered(one) && isNext(one))
    for (const tab of tabs) Object.assign(all.get(tab) as Downstream, n && { position: n })
    if (tabs.length > 0) tell(tabs, { ...frame, c: number })
  }

  function caughtUp(up: Position): void {
    // Of what is `latest`, the last may be gone before it was told. Of a log, the tab itself finds a gap.
    if (served && answered(served) && isCovered(served)) served.position = up
    for (const one of all.values()) one.live = answered(one) && one.position === up
    tell(
      those(({ live }) => live),
      { c: number, up },
    )
    if (!served || served.live) next()
  }

  function reset(frame: ServerFrame): void {
    const from = first()?.position
    const tabs = those((one) => answered(one) && one.position === from)
    tell(tabs, { ...frame, c: number })
    drop(tabs)
    // The subscription is over, for the others too.
    for (const one of all.values()) one.live = false
    next(true)
  }

  function off(frame: ServerFrame): void {
    tell(those(answered), { ...frame, c: number })
    answer(
      () => true,
      () => ({ err: { code: 'denied', retry: false } }),
    )
    all.clear()
    onEmpty()
  }

  const following: RelayFollowing = {
    channel: { name, stateOf: (state: unknown) => state } as AnyChannel,
    params,
    key,
    number,
    observers: new Set(),
    state: undefined,
    status: 'connecting',
    error: undefined,
    get position() {
      return first()?.position
    },
    begin({ state, position }) {
      answer(
        (one) => one.position === undefined,
        (one) => {
          one.position = position
          return { on: { c: number, at: position, s: state } }
        },
      )
      return true
    },
    apply: ({ p }) => {
      const from = first()?.position
      return from !== undefined && p === idOf(from) ? 'applied' : 'known'
    },
    reset() {},
    reached(up) {
      const one = first()
      return one?.position === up || (one !== undefined && isCovered(one))
    },
    members: { list: [], count: 0 },
    meet() {},
    meta: undefined,
    expect() {},
    settle() {},
    setStatus() {},
    show() {},
    heard(frame) {
      if (frame.on) {
        begun = frame.on.at
        for (const one of all.values()) {
          if (!isCovered(one)) one.live = false
        }
        answer(
          ({ position }) => position !== undefined,
          ({ position }) => ({ on: { c: number, at: position as Position } }),
        )
      } else if (frame.err) refused(frame.err)
      else if (frame.up !== undefined) caughtUp(frame.up)
      else if (frame.reset) reset(frame)
      else if (frame.off === 'expired') {
        // It is asked for again already, from the position of the first.
        for (const one of all.values()) one.live = false
        served = first()
      } else if (frame.off) off(frame)
      else if ('d' in frame) event(frame)
      else tell(those(answered), { ...frame, c: number })
    },
    join(tab, id, at, meta) {
      // One user is one member: what any tab says last is said of all.
      if (meta !== undefined) following.meta = meta
      const before = all.get(tab)
      all.set(tab, { asked: id, position: at, live: false })
      if (!served || served === before) next()
    },
    leave(tab) {
      const leaving = all.get(tab)
      if (!leaving) return
      drop([tab])
      if (all.size === 0 || !served) next()
    },
  }
  return following
}
