import type { OnError } from '../../on-error.ts'
import type { Ending } from '../connection-status.ts'
import type { ClientTransport } from '../transport.ts'
import type { Browser, Note } from './browser.ts'
import { resetChannel } from '../share.ts'
import { createRelay } from './relay.ts'
import type { Relay } from './relay.ts'
import { whoAmI } from './who-am-i.ts'

/** A tab's place in the group of those that share a connection: who holds the group's lock leads it. */
export interface Membership {
  /** A message to the server. */
  send(message: string): void
  /** Lets go of everything; twice is once. */
  leave(): void
}

export interface MembershipOptions {
  transport: ClientTransport
  url: string
  /** The first message to the server. */
  greeting: string
  browser: Browser
  onMessage: (message: string) => void
  /** The leader is gone, or somebody else: told once, by who has left. */
  onLost: () => void
  /** The connection of all has ended: told once, by who has left. */
  onEnd: (ending: Ending) => void
  onError: OnError
}

/** How often it is asked whether the leader lives, in ms. Who waits for a first answer has less patience. */
const every = { connecting: 500, connected: 1_000 }
/** After so many questions without an answer the leader hangs. */
const patience = 2

export function enterGroup({
  transport,
  url,
  greeting,
  browser: { navigator, BroadcastChannel, document },
  onMessage,
  onLost,
  onEnd,
  onError,
}: MembershipOptions): Membership {
  const { locks } = navigator
  const id = crypto.randomUUID()
  const over = new AbortController()
  const { signal } = over
  const left = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve())
  })
  let tell: (note: Omit<Note, 'from'>) => void = () => {}
  /** Who has answered us. */
  let leader: string | undefined
  let relay: Relay | undefined
  let unanswered = 0

  function leave(): void {
    if (signal.aborted) return
    relay?.close()
    tell({ leads: false })
    over.abort()
  }

  function lost(): void {
    if (signal.aborted) return
    leave()
    onLost()
  }

  function ended(ending: Ending): void {
    if (signal.aborted) return
    leave()
    onEnd(ending)
  }

  /** Holds a lock from when it is granted until we leave. */
  function hold(lock: string, granted: () => void, options = {}): void {
    // It rejects when the lock is stolen from us.
    locks
      .request(lock, options, () => {
        if (signal.aborted) return
        granted()
        return left
      })
      .catch(lost)
  }

  function listen(name: string, take: (data: unknown) => void): (note: object) => void {
    const channel = new BroadcastChannel(name)
    channel.addEventListener('message', ({ data }) => {
      if (!signal.aborted) take(data)
    })
    signal.addEventListener('abort', () => channel.close())
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it has none
    return (note) => channel.postMessage(note)
  }

  async function enter(): Promise<void> {
    // Who is not known shares with nobody.
    const user = await whoAmI(transport, url, signal)
    if (signal.aborted) return
    const name = `${resetChannel(url)} ${transport.name} ${user ?? id}`
    const lifeOf = (member: string): string => `${name} ${member}`

    const post = listen(name, (data) => (relay ? answer(data as Note) : hear(data as Note)))
    tell = (note) => post({ ...note, from: id })
    // Somebody has logged in or out.
    listen(resetChannel(url), lost)
    // What is frozen answers nobody, and what it is told would pile up.
    document?.addEventListener(
      'freeze',
      () => {
        if (relay || leader !== undefined) ended({ outcome: 'later' })
      },
      { signal },
    )

    function lead(): void {
      // Whom we followed is gone.
      if (leader !== undefined) return lost()
      relay = createRelay({
        transport,
        url,
        user,
        deliver(tabs, message) {
          if (signal.aborted) return
          const others = tabs.filter((tab) => tab !== id)
          if (others.length > 0) tell({ to: others, message })
          if (others.length < tabs.length) onMessage(message)
        },
        onEnd(ending) {
          tell({ ending })
          ended(ending)
        },
        onError,
      })
      relay.open(id, greeting)
      tell({ leads: true })
    }

    function answer({ from, to, first, message, ping, leads }: Note): void {
      if (to) return
      // They have taken the lock, and we have not been told yet.
      if (leads) return lost()
      if (leads === false) relay?.left(from)
      if (first !== undefined) {
        relay?.open(from, first)
        const gone = (): undefined => relay?.left(from) as undefined
        locks.request(lifeOf(from), { signal }, gone).catch(() => {})
      }
      if (message !== undefined) relay?.received(from, message)
      if (ping) tell({ to: [from] })
    }

    function hear({ from, to, message, leads, ending }: Note): void {
      if (leads && leader === undefined) ask()
      else if (leads || (leads === false && from === leader)) lost()
      // One that was robbed of the lock may not know it yet.
      else if (leader !== undefined && from !== leader) return
      else if (ending) ended(ending)
      else if (to?.includes(id)) {
        unanswered = 0
        if (message === undefined) return
        leader = from
        onMessage(message)
      }
    }

    /** Connects, and asks whether the leader lives. */
    function ask(): void {
      tell(leader === undefined ? { first: greeting, ping: true } : { ping: true })
    }

    function watch(): void {
      const timer = setTimeout(
        () => {
          if (signal.aborted || relay) return
          if (unanswered++ >= patience) {
            unanswered = 0
            hold(name, lead, { steal: true })
          } else ask()
          watch()
        },
        leader === undefined ? every.connecting : every.connected,
      )
      signal.addEventListener('abort', () => clearTimeout(timer))
    }

    hold(lifeOf(id), () => {
      hold(name, lead, { signal })
      ask()
      watch()
    })
  }

  enter().catch((error: { ending?: Ending }) => ended(error.ending ?? { outcome: 'later' }))
  return {
    send(message) {
      if (relay) relay.received(id, message)
      else tell({ message })
    },
    leave,
  }
}
