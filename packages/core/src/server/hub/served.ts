import { channelKey } from '../../channel.ts'
import type { AnyChannel, Policy } from '../../channel.ts'
import { KitrtError } from '../../error.ts'
import type { Engine, Entry, Page } from '../engine.ts'
import { breakOf, breakOfLatest } from './chain.ts'
import { inTime } from './deadline.ts'
import type { AnyAnswers } from './answers.ts'
import { millisecondsOf } from './milliseconds.ts'
import { dataOf, entryData } from './event-frame.ts'
import type { Allowance, AnyRules } from './rules.ts'
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
  readonly policy: Policy
  /** Whether anybody may be seen. */
  readonly hasPresence: boolean
  /** Asks the rule. Throws what the rule throws. @returns `undefined` when it does not allow it */
  mayFollow(user: User | undefined): Promise<Allowed | undefined>
  /** Asks the rule what the others see of a user. @returns JSON; `undefined` for nothing */
  introduce(user: User, meta: unknown): Promise<string | undefined>
  /** Answers a call. @throws {KitrtError} `denied`, or what the app throws */
  call(user: User | undefined, name: unknown, input: unknown, signal: AbortSignal): Promise<unknown>
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
  recent(after?: number): Promise<Snapshot>
  /** With all that was published before the call. */
  current(after?: number): Promise<{ position: string; state: unknown }>
  /** The events that the engine still has, the oldest first. */
  history(): Promise<{ position: string; event: unknown }[]>
}

/** Whether a channel is meant by a name, or a key, or by nothing, which means all. */
export function isMeant(
  { name, key }: Pick<ServedChannel, 'name' | 'key'>,
  by: string | undefined,
): boolean {
  return by === undefined || by === name || by === key
}

/** What somebody may follow, in ms since 1970. */
export interface Allowed {
  after: number | undefined
  expires: number | undefined
}

export interface ServedOptions {
  channel: AnyChannel
  rules: AnyRules
  answers: AnyAnswers
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
  {
    channel,
    rules,
    answers,
    engine,
    snapshots,
    pageSize,
    keyTtl,
    ruleTimeout,
    onFault,
  }: ServedOptions,
): ServedChannel {
  const { name, fold, history, writable, policy } = channel
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

  async function load(after: number | undefined): Promise<Snapshot> {
    const [position = ''] = await engine.lasts([key])
    if (!rules.snapshot) return foldHistory(after)
    const state = await ask('snapshot', rules.snapshot({ params, after }))
    const json = toJson(state, `The snapshot of ${key}`)
    return { position, json }
  }

  /** The state by the events alone. */
  async function foldHistory(after = -Infinity): Promise<Snapshot> {
    let state: unknown = fold.init()
    let position = ''
    for await (const { entries, last } of pagesAfter(undefined)) {
      for (const entry of entries) {
        if (entry.at <= after) continue
        // Who gets the list decodes it; what does not fit is not for him.
        state = channel.isList ? listed(state as unknown[], entry) : applied(state, entry)
      }
      position = entries.at(-1)?.position ?? last
    }
    return { position, json: toJson(state, `The state of ${key}`) }
  }

  /** What is loaded for some is not for those who may see less. */
  const keyFor = (after: number | undefined): string =>
    after === undefined ? key : `${key} ${after}`

  async function current(after?: number): Promise<{ position: string; state: unknown }> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      // oxlint-disable-next-line no-await-in-loop
      const snapshot = await snapshots.joined(keyFor(after), () => load(after))
      // Each who asks gets a state of his own, as it would come over the wire.
      let state: unknown = channel.stateOf(JSON.parse(snapshot.json))
      let { position } = snapshot
      let whole = true
      // oxlint-disable-next-line no-await-in-loop
      for await (const page of pagesAfter(position)) {
        whole = (policy === 'latest' ? breakOfLatest : breakOf)(position, page) === undefined
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
    const arriving: unknown = channel.event(JSON.parse(json))
    if (policy === 'volatile') {
      // By its key, clients know what comes to them twice.
      await engine.tell(key, entryData(json, id ?? crypto.randomUUID()))
      return { position: '', duplicate: false }
    }
    return engine.append(key, entryData(json, id), {
      ...history,
      keyTtl,
      latest: channel.keyOf(arriving),
      key: id === undefined ? undefined : JSON.stringify([owner, id]),
    })
  }

  return {
    name,
    key,
    params,
    writable: writable && rules.publish !== undefined,
    policy,
    hasPresence: channel.hasPresence && rules.presence !== undefined,
    async mayFollow(user) {
      const answer: unknown = await ask('subscribe', rules.subscribe({ user, params }))
      return allowedBy(answer)
    },
    async introduce(user, meta) {
      const said = meta === undefined || meta === null ? undefined : channel.member(meta)
      const seen: unknown = await ask('presence', rules.presence?.({ user, params, meta: said }))
      if (seen === undefined || seen === null || seen === false) return undefined
      const json = toJson(seen, `What is seen of a member of ${key}`)
      channel.member(JSON.parse(json))
      return json
    },
    async call(user, asked, said, signal) {
      const of = <T>(named: Record<string, T>): T | undefined =>
        typeof asked === 'string' && Object.hasOwn(named, asked) ? named[asked] : undefined
      const [answer, schemas] = [of(answers), of(channel.calls)]
      if (!answer || !schemas) {
        if (schemas) {
          const mend = `'${String(asked)}' of '${name}' is declared, and nothing answers it: hub.answer(…)`
          onFault(new KitrtError('bad-argument', mend))
        }
        throw new KitrtError('denied', `${key} answers no '${String(asked)}'.`)
      }
      const given: unknown = await answer({ user, params, input: schemas.input(said), signal })
      // As it will arrive.
      const arriving: unknown =
        given === undefined
          ? undefined
          : JSON.parse(toJson(given, `The answer to '${String(asked)}' of ${key}`))
      try {
        schemas.output(arriving)
      } catch (cause) {
        // Not the caller's fault, whose message would not be reported.
        throw new KitrtError('failed', (cause as Error).message, { cause })
      }
      return given
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
    recent: (after) => snapshots.recent(keyFor(after), () => load(after)),
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

/** Nothing that is merely truthy: a row that was found is no answer. */
function allowedBy(answer: unknown): Allowed | undefined {
  if (answer === true) return { after: undefined, expires: undefined }
  if (typeof answer !== 'object' || answer === null) return undefined
  const { after, expires } = answer as Allowance
  if (after === undefined && expires === undefined) return undefined
  const until = millisecondsOf(expires)
  if (until !== undefined && until <= Date.now()) return undefined
  return { after: millisecondsOf(after), expires: until }
}
