import { createSession } from '@kitrt/core/client'
import type { Following, Session } from '@kitrt/core/client'
import { hall } from '../app/src/lib/social.ts'
import { transportNames, transports } from '../faults/transports.ts'

/** Clients who are in halls, and see who else is. */
export interface Guests {
  /** One more comes, into the hall that waits for one longest. */
  come(): void
  /** Anybody goes. */
  go(): void
  /** Whether all who are there are live. */
  readonly areLive: boolean
  /** Where who is seen is not who is there, in words; none when presence is right. */
  wrong(): string[]
  /** How many came, and how often somebody was shown as gone who was there. */
  readonly counts: { guests: number; missed: number }
  close(): void
}

interface Guest {
  name: string
  hall: string
  session: Session
  following: Following
}

/** As many as the app lists of a hall. */
const each = 5

export function createGuests(
  url: string,
  halls: number,
  onError: (error: unknown) => void,
): Guests {
  const counts = { guests: 0, missed: 0 }
  const here: Guest[] = []
  const inHall = (id: string): string[] =>
    here.filter((guest) => guest.hall === id).map(({ name }) => name)

  function come(): void {
    const number = counts.guests++
    const name = `guest ${number}`
    const id = Array.from({ length: halls }, (_, index) => `hall ${index}`).toSorted(
      (one, other) => inHall(one).length - inHall(other).length,
    )[0] as string
    const transport = transportNames[number % transportNames.length] as keyof typeof transports
    const session = createSession({
      url: `${url}?${new URLSearchParams({ user: name })}`,
      transports: [transports[transport]()],
      base: 100,
      cap: 1_000,
      onError,
    })
    let seen = new Set<string>()
    const { following } = session.follow(
      hall,
      { id },
      {
        changed() {
          const sees = new Set(following.members.list.map(({ key }) => key))
          for (const one of inHall(id)) if (seen.has(one) && !sees.has(one)) counts.missed++
          seen = sees
        },
      },
    )
    here.push({ name, hall: id, session, following })
  }

  for (let count = 0; count < halls * each; count++) come()
  return {
    counts,
    come,
    go() {
      const [gone] = here.splice(Math.floor(Math.random() * here.length), 1)
      gone?.session.close()
    },
    get areLive() {
      return here.every(({ following }) => following.status === 'live')
    },
    wrong: () =>
      here.flatMap(({ name, hall: id, following: { status, members } }) => {
        const sees = members.list.map(({ key }) => key).toSorted()
        const there = inHall(id).toSorted()
        const isRight = sees.join() === there.join() && members.count === there.length
        return isRight && status === 'live'
          ? []
          : [
              `${id}: ${name} (${status}) sees ${sees.join()} of ${members.count}, not ${there.join()}`,
            ]
      }),
    close() {
      for (const { session } of here) session.close()
    },
  }
}
