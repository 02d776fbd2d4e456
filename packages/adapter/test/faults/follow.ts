import { onTestFinished } from 'vitest'
import { createSession } from '@kitrt/core/client'
import type { Session, SessionOptions } from '@kitrt/core/client'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { FaultProxy, FaultProxyOptions } from '../../../../testing/fault-proxy.ts'
import { long } from '../../../../testing/long.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { targets } from '../../../../testing/targets.ts'
import type { JournalReader } from './journal-reader.ts'
import { transports } from './transports.ts'
import type { TransportName } from './transports.ts'

/** `npm test` causes the faults of the network on Node only. */
export const faultTargets = targets.filter(
  ({ mode, runtime }) => mode === 'production' && (long || runtime === 'node'),
)

export async function proxyOf(
  { port }: Pick<RunningServer, 'port'>,
  plan?: FaultProxyOptions['plan'],
): Promise<FaultProxy> {
  const proxy = await createFaultProxy(port, { plan })
  onTestFinished(() => proxy.close())
  return proxy
}

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
