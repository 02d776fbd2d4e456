import { onTestFinished } from 'vitest'
import { createSession } from '@kitrt/core/client'
import type { ClientTransport, Following, Session, SessionOptions } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'
import { eventually } from '../../../../testing/eventually.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { journal } from '../app/src/lib/channels.ts'

export const transports: Record<'websocket' | 'event-stream', () => ClientTransport> = {
  websocket: () => websocket(),
  'event-stream': () => eventStream(),
}
export type TransportName = keyof typeof transports
export const transportNames = Object.keys(transports) as TransportName[]

/** A client of the contract app, and what it has been told that it should not be told. */
export interface Client {
  session: Session
  errors: unknown[]
}

export function openClient(
  url: string,
  transport: TransportName,
  options: Partial<SessionOptions> = {},
): Client {
  const errors: unknown[] = []
  const session = createSession({
    url,
    transports: [transports[transport]()],
    onError: (error) => void errors.push(error),
    base: 20,
    cap: 200,
    ...options,
  })
  onTestFinished(() => session.close())
  return { session, errors }
}

/** Who follows a journal, and what it was told. */
export interface JournalReader {
  following: Following
  /** Event by event; those that came with a state too. */
  events: string[]
  /** How often a state came in place of events. */
  jumps: number
  end(): void
}

export function readJournal({ session }: Pick<Client, 'session'>, id: string): JournalReader {
  const reader = { events: [] as string[], jumps: 0 } as JournalReader
  const followed = session.follow(
    journal,
    { id },
    {
      changed() {},
      event: (event) => void reader.events.push(event as string),
      jumped: () => reader.jumps++,
    },
  )
  return Object.assign(reader, followed)
}

export const live = ({ following }: Pick<JournalReader, 'following'>, ms = 15_000): Promise<true> =>
  eventually(() => following.status === 'live' || undefined, ms)

/** Lets the contract app do something; see its route. */
export async function act<T = unknown>(
  { url }: Pick<RunningServer, 'url'>,
  name: string,
  search: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(
    `${url}/realtime/act?${new URLSearchParams({ act: name, ...search })}`,
  )
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`)
  return response.json() as Promise<T>
}

export const texts = (count: number, text = ''): string[] =>
  Array.from({ length: count }, (_, index) => `${text}${index}`)
