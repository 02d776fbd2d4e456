import { channel } from '../../src/channel.ts'
import { call } from '../../src/client/call.ts'
import type { Following } from '../../src/client/following.ts'
import type { Session } from '../../src/client/session.ts'
import type { ChannelHub } from '../../src/server/hub/channel-hub.ts'
import type { ServedHandle } from '../../src/server/hub/served-handle.ts'
import type { Clock, Machine } from '../../src/test/clock.ts'
import type { FaultyEngine } from './faulty-engine.ts'
import type { Random } from './random.ts'
import { schemaOf } from './schema.ts'

interface Mark {
  who: string
  n: number
}

/** Where everybody points at. */
const marks = channel('marks', {
  event: schemaOf<Mark>(() => true),
  publish: schemaOf<Mark>(() => true),
  policy: 'latest',
  key: ({ who }) => who,
})
/** Said to who is there. */
const waves = channel('waves', {
  event: schemaOf<string>(() => true),
  publish: schemaOf<string>(() => true),
  policy: 'volatile',
})
/** Where people meet, and ask. */
const hall = channel('hall', {
  event: schemaOf<string>(() => true),
  presence: schemaOf<string>(() => true),
  calls: { ask: { input: schemaOf<string>(() => true), output: schemaOf<string>(() => true) } },
})
/** Of which nobody may read what was written before {@link opening}. */
const diary = channel('diary', { event: schemaOf<string>(() => true) })

/** In ms from the beginning. */
const opening = 10_000

/** After how long members must be right, in ms: as the oracle's bound, and the grace time. */
const bound = 90_000

interface Citizen {
  user: string
  machine: Machine
  session: Session
}

interface Life {
  /** Whom its marks are of. */
  name: string
  n: number
  marks: Following
  waves: Following
  hall: { following: Following; end: () => void } | undefined
  diary: Following | undefined
}

/** What channels are beside logs, in one run: pointers, waves, members, calls, and rights that begin some day. */
export interface Society {
  serve(hub: ChannelHub): void
  begin(citizen: Citizen): void
  /** A citizen does something. */
  act(citizen: Citizen): void
  /** Members are right when nobody has come or left for a while; what is live has what is newest. */
  look(citizens: readonly Citizen[]): void
  /** Somebody waves when all is calm. */
  finale(hub: ChannelHub): void
  judge(citizens: readonly Citizen[]): void
}

export function createSociety({
  clock,
  random,
  engine,
  count,
  fault,
}: {
  clock: Clock
  random: Random
  engine: FaultyEngine
  count: (name: string) => void
  fault: (text: string) => void
}): Society {
  const lives = new Map<Citizen, Life>()
  /** How often each call was answered by a handler. */
  const asked = new Map<string, number>()
  const waved = new Set<string>()
  const handles = new WeakMap<
    ChannelHub,
    Record<'waves' | 'diary', ServedHandle<unknown, string, unknown, unknown>>
  >()
  let moved = 0
  let number = 0
  /** A position in the diary from before it was opened. */
  let early: string | undefined

  const storedIn = (name: string) =>
    [...engine.stored.values()]
      .filter(({ channel: of }) => of === name)
      .map(({ data, at }) => ({ at, d: (JSON.parse(`{${data}`) as { d: unknown }).d }))

  function enter(citizen: Citizen, life: Life): void {
    moved = clock.now
    life.hall = citizen.session.follow(hall, undefined, { changed() {} }, undefined, life.name)
  }

  function read(citizen: Citizen, life: Life): void {
    const position = early
    const { following } = citizen.session.follow(
      diary,
      undefined,
      {
        changed: () => life.diary && checkDiary(life.diary),
        event: (event) => {
          if (Number(event) <= opening)
            fault(`the diary tells what was written at ${String(event)}`)
        },
      },
      position === undefined ? undefined : { state: [], position },
    )
    life.diary = following
  }

  function checkDiary({ state }: Following): void {
    const secret = (state as string[]).find((entry) => Number(entry) <= opening)
    if (secret) fault(`the diary shows what was written at ${secret}`)
  }

  async function ask({ session }: Citizen): Promise<void> {
    const id = crypto.randomUUID()
    count('calls')
    try {
      const answer = await call(hall, undefined, 'ask', id, { session })
      count('answers')
      if (answer !== `re ${id}`) fault(`a call was answered by ${answer}`)
      if (asked.get(id) !== 1) fault(`a call was answered ${asked.get(id)} times`)
    } catch {
      count('calls that failed')
    }
  }

  return {
    serve(hub) {
      hub.serve(marks, { subscribe: () => true, publish: ({ event }) => event })
      const wave = hub.serve(waves, { subscribe: () => true, publish: ({ event }) => event })()
      hub.serve(hall, {
        subscribe: () => true,
        presence: ({ user, meta }) => (user && meta ? `${user.id} ${meta}` : false),
      })
      hub.answer(hall, {
        async ask({ input }) {
          asked.set(input, (asked.get(input) ?? 0) + 1)
          await clock.sleep(random.between(0, 200))
          return `re ${input}`
        },
      })
      const write = hub.serve(diary, {
        subscribe: () => clock.now > opening && { after: Date.now() - clock.now + opening },
      })()
      handles.set(hub, { waves: wave, diary: write })
    },
    begin(citizen) {
      if (clock.now < opening)
        void engine.lasts(['diary']).then(
          ([last]) => (early = last),
          () => {},
        )
      const name = `${citizen.user} ${++number}`
      const seen = new Map<string, number>()
      const heard = new Set<string>()
      const life: Life = {
        name,
        n: 0,
        hall: undefined,
        diary: undefined,
        marks: citizen.session.follow(marks, undefined, {
          changed() {},
          event(event) {
            const { who, n } = event as Mark
            if (n <= (seen.get(who) ?? 0)) fault(`${who} points at ${n} after ${seen.get(who)}`)
            seen.set(who, n)
          },
          jumped() {
            for (const { who, n } of (life?.marks.state ?? []) as Mark[]) seen.set(who, n)
          },
        }).following,
        waves: citizen.session.follow(waves, undefined, {
          changed() {},
          event(event) {
            const wave = event as string
            if (heard.has(wave)) fault(`${name} heard ${wave} twice`)
            if (!waved.has(wave)) fault(`${name} heard ${wave}, and nobody waved`)
            heard.add(wave)
          },
        }).following,
      }
      lives.set(citizen, life)
      enter(citizen, life)
    },
    act(citizen) {
      const life = lives.get(citizen)
      if (!life) return
      const what = random.next()
      if (what < 0.4) {
        // Faster than it is answered.
        for (let times = random.between(1, 4); times > 0; times--) {
          const mark = { who: life.name, n: ++life.n }
          citizen.session.publish(marks, undefined, mark).then(
            () => count('marks'),
            () => count('marks that failed'),
          )
        }
      } else if (what < 0.6) {
        const wave = crypto.randomUUID()
        waved.add(wave)
        citizen.session.publish(waves, undefined, wave).then(
          () => count('waves'),
          () => count('waves that failed'),
        )
      } else if (what < 0.8) void ask(citizen)
      else if (what < 0.9) {
        if (life.hall) {
          moved = clock.now
          life.hall.end()
          life.hall = undefined
        } else enter(citizen, life)
      } else if (clock.now > opening + 2_000 && !life.diary) read(citizen, life)
    },
    look(citizens) {
      const pointed = storedIn('marks')
      for (const citizen of citizens) {
        const life = lives.get(citizen)
        if (!life || clock.now < citizen.machine.asleepUntil + 2_000) continue
        if (life.marks.status === 'live') {
          for (const { at, d } of pointed) {
            const { who, n } = d as Mark
            const shown = (life.marks.state as Mark[]).find((mark) => mark.who === who)
            if (clock.now - at > bound && (shown?.n ?? 0) < n) {
              fault(`${life.name} sees ${who} at ${shown?.n}, and it was at ${n} long ago`)
              return
            }
          }
        }
      }
    },
    finale(hub) {
      void handles.get(hub)?.diary.publish(String(clock.now))
      waved.add('finale')
      void handles.get(hub)?.waves.publish('finale')
    },
    judge(citizens) {
      const present = new Set(
        citizens.filter((one) => lives.get(one)?.hall).map(({ user }) => user),
      )
      for (const citizen of citizens) {
        const life = lives.get(citizen)
        if (!life) continue
        const { name } = life
        if (life.waves.status !== 'live' || life.marks.status !== 'live') {
          fault(`${name}: waves are ${life.waves.status}, marks ${life.marks.status}`)
        }
        if (!(life.waves.state as string[]).includes('finale')) fault(`${name} has no finale`)
        if (life.hall) {
          const { status, members } = life.hall.following
          const shown = members.list.map(({ key }) => key)
          if (status !== 'live') fault(`${name}: the hall is ${status}`)
          if (new Set(shown).size < shown.length) fault(`${name} sees a member twice`)
          if (shown.toSorted().join() !== [...present].toSorted().join()) {
            fault(
              `${name} sees ${shown.join()} in the hall, there are ${[...present].join()}, as last moved at ${moved}`,
            )
          }
          if (members.count !== present.size) fault(`${name} counts ${members.count} members`)
        }
        if (life.diary) {
          const shown = life.diary.state as string[]
          const missing = storedIn('diary').filter(
            ({ d, at }) => at > opening + 1_000 && !shown.includes(d as string),
          )
          if (missing.length > 0) fault(`${name} lacks ${missing.length} pages of the diary`)
        }
      }
      for (const [id, times] of asked) if (times > 1) fault(`call ${id} was done ${times} times`)
    },
  }
}
