import { channelKey } from '../../channel.ts'
import type { AnyChannel } from '../../channel.ts'
import { KitrtError } from '../../error.ts'
import type { Engine, Entry, Page } from '../engine.ts'
import { breakOf } from './chain.ts'
import { inTime } from './deadline.ts'
import { dataOf, entryData } from './event-frame.ts'
import type { AnyRules } from './rules.ts'
import type { Snapshot, Snapshots } from './snapshots.ts'
import { toJson } from './to-json.ts'
import type { User } from './user.ts'

/** What a publish needs beside the event. */
export interface PublishOptions {
  /** Publishing it again does nothing for at least ten minutes. @default none */
  key?: string | undefined
  /** To whom the key belongs. @default 'server' */
  owner?: string | undefined
}

/** A channel that the app serves, for one set of params. */
export interface ServedChannel {
  readonly name: string
  readonly key: string
  readonly params: unknown
  readonly writable: boolean
  /** Asks the rule. Throws what the rule throws. */
  mayFollow(user: User | undefined): Promise<boolean>
  /** Stores what a browser sent, if the rule gives an event for it. @throws {KitrtError} `denied`, or what the rule throws */
  publishDraft(
    user: User | undefined,
    draft: unknown,
    key: string,
  ): Promise<{ position: string; duplicate: boolean }>
  publish(
    event: unknown,
    options?: PublishOptions,
  ): Promise<{ position: string; duplicate: boolean }>
  /** For those who will read what came after it. */
  recent(): Promise<Snapshot>
  /** With all that was published before the call. */
  current(): Promise<{ position: string; state: unknown }>
  /** The events that the engine still has, the oldest first. */
  history(): Promise<{ position: string; event: unknown }[]>
}

export interface ServedOptions {
  channel: AnyChannel
  rules: AnyRules
  engine: Engine
  snapshots: Snapshots
  pageSize: number
  keyTtl: number
  /** How long a rule may take, in ms. */
  ruleTimeout: number
  onFault: (error: unknown) => void
}

/** How often a state is loaded anew because the log went on too fast for it, before that is an error. */
const attempts = 3

/** @throws {KitrtError} `invalid-message` for params that do not fit */
export function serveChannel(
  input: unknown,
  { channel, rules, engine, snapshots, pageSize, keyTtl, ruleTimeout, onFault }: ServedOptions,
): ServedChannel {
  const { name, fold, history, writable } = channel
  const params: unknown = channel.params(input)
  const key = channelKey(name, params)

  const ask = (rule: string, answer: unknown): Promise<unknown> =>
    inTime(ruleTimeout, `The ${rule} rule of ${key}`, answer)

  /** The pages after a position; without one, all that there are. */
  async function* pagesAfter(after: string | undefined): AsyncGenerator<Page> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
      const page = await engine.read(key, after, pageSize)
      yield page
      const last = page.entries.at(-1)
      if (!last || last.position === page.last) return
      after = last.position
    }
  }

  /** An event that does not fit (an older deploy's, perhaps) is left out and reported. */
  function applied(state: unknown, entry: Entry): unknown {
    try {
      return fold.apply(state, channel.event(dataOf(entry)))
    } catch (error) {
      onFault(error)
      return state
    }
  }

  /** As {@link applied}, with the event as it was published. */
  function listed(list: unknown[], entry: Entry): unknown[] {
    const before = fold.init()
    return applied(before, entry) === before ? list : [...list, dataOf(entry)].slice(-history.size)
  }

  async function load(): Promise<Snapshot> {
    const [position = ''] = await engine.lasts([key])
    if (!rules.snapshot) return foldHistory()
    const state = await ask('snapshot', rules.snapshot({ params }))
    const json = toJson(state, `The snapshot of ${key}`)
    return { position, json }
  }

  /** The state by the events alone. */
  async function foldHistory(): Promise<Snapshot> {
    let state: unknown = fold.init()
    let position = ''
    for await (const { entries, last } of pagesAfter(undefined)) {
      for (const entry of entries) {
        // Who gets the list decodes it; what does not fit is not for him.
        state = channel.isList ? listed(state as unknown[], entry) : applied(state, entry)
      }
      position = entries.at(-1)?.position ?? last
    }
    return { position, json: toJson(state, `The state of ${key}`) }
  }

  async function current(): Promise<{ position: string; state: unknown }> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      // oxlint-disable-next-line no-await-in-loop
      const snapshot = await snapshots.joined(key, load)
      // Each who asks gets a state of his own, as it would come over the wire.
      let state: unknown = channel.stateOf(JSON.parse(snapshot.json))
      let { position } = snapshot
      let whole = true
      // oxlint-disable-next-line no-await-in-loop
      for await (const page of pagesAfter(position)) {
        whole = breakOf(position, page) === undefined
        if (!whole) break
        for (const entry of page.entries) {
          state = applied(state, entry)
          position = entry.position
        }
      }
      if (whole) return { position, state }
    }
    throw new KitrtError(
      'unavailable',
      `More was published to ${key} while its state was loaded than its history holds.`,
    )
  }

  async function publish(event: unknown, { key: id, owner = 'server' }: PublishOptions = {}) {
    const json = toJson(event, `What is published to ${key}`)
    // As it will arrive.
    channel.event(JSON.parse(json))
    return engine.append(key, entryData(json, id), {
      ...history,
      keyTtl,
      key: id === undefined ? undefined : JSON.stringify([owner, id]),
    })
  }

  return {
    name,
    key,
    params,
    writable: writable && rules.publish !== undefined,
    async mayFollow(user) {
      // Nothing that is merely truthy: a row that was found is no answer.
      const answer: unknown = await ask('subscribe', rules.subscribe({ user, params }))
      return answer === true
    },
    async publishDraft(user, draft, id) {
      const question = { user, params, event: channel.draft(draft), key: id }
      const event: unknown = await ask('publish', rules.publish?.(question))
      if (event === undefined || event === false || event === null) {
        throw new KitrtError('denied', `This may not be published to ${key}.`)
      }
      return publish(event, { key: id, owner: user ? `user ${user.id}` : 'nobody' })
    },
    publish,
    recent: () => snapshots.recent(key, load),
    current,
    async history() {
      const events: { position: string; event: unknown }[] = []
      for await (const { entries } of pagesAfter(undefined)) {
        for (const entry of entries) {
          events.push({ position: entry.position, event: channel.event(dataOf(entry)) })
        }
      }
      return events
    },
  }
}
