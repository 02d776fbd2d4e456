import type { KitrtError } from '@kitrt/core'
import { createSession } from '@kitrt/core/client'
import type { Following, Session } from '@kitrt/core/client'
import { journal } from '../app/src/lib/channels.ts'
import { transportNames, transports } from '../faults/transports.ts'
import type { Oracle, Witness } from './oracle.ts'

/** One client, which follows one journal. */
interface Member {
  session: Session
  channel: string
  following: Following
  witness: Witness
}

/** Clients that come and go, read and write. */
export interface Crowd {
  readonly members: readonly Member[]
  /** Publications that are answered, that failed as they may, and clients that came. */
  readonly counts: { published: number; failed: number; came: number }
  /** One more comes. */
  come(): void
  /** Somebody goes. */
  go(): void
  /** Somebody writes to a journal. */
  publish(): void
  /** Publications without an answer. */
  readonly waiting: number
  close(): void
}

/** How a publish may fail whose session ends, or whose server goes. */
const allowed = new Set<KitrtError['code']>(['unavailable', 'unknown-outcome', 'closed'])

export function createCrowd(url: string, channels: number, oracle: Oracle): Crowd {
  const members: Member[] = []
  const counts = { published: 0, failed: 0, came: 0 }
  let written = 0
  let waiting = 0
  const any = (below: number): number => Math.floor(Math.random() * below)

  async function write(session: Session, channel: string, text: string): Promise<void> {
    waiting++
    try {
      const { position } = await session.publish(journal, { id: channel }, text)
      counts.published++
      oracle.acked(channel, text, position)
    } catch (error) {
      counts.failed++
      const { code, message } = error as KitrtError
      if (!allowed.has(code)) oracle.faults.push(`${channel}: ${message}`)
    } finally {
      waiting--
    }
  }

  return {
    members,
    counts,
    get waiting() {
      return waiting
    },
    come() {
      const number = counts.came++
      const channel = `journal ${number % channels}`
      // By turns in each channel.
      const turn = Math.floor(number / channels) % transportNames.length
      const name = transportNames[turn] as (typeof transportNames)[number]
      const session = createSession({
        url,
        transports: [transports[name]()],
        base: 100,
        cap: 1_000,
        onError: (error) => void oracle.faults.push(`${channel}: ${String(error)}`),
      })
      const witness = oracle.witness(channel, `client ${number} (${name})`)
      /** A state has come that is not shown yet. */
      let isNew = false
      const { following } = session.follow(
        journal,
        { id: channel },
        {
          changed() {
            if (!isNew || !following.position) return
            isNew = false
            witness.shows(following.state as string[], following.position)
          },
          event: (text, position) => witness.event(text as string, position),
          jumped(position) {
            isNew = true
            witness.jumped(position)
          },
        },
      )
      members.push({ session, channel, following, witness })
    },
    go() {
      const [gone] = members.splice(any(members.length), 1)
      gone?.session.close()
    },
    publish() {
      const member = members[any(members.length)]
      if (!member) return
      const { session, channel } = member
      const text = `text ${written++}`
      void write(session, channel, text)
    },
    close() {
      for (const { session } of members) session.close()
    },
  }
}
