import { onTestFinished } from 'vitest'
import { createSession } from '@kitrt/core/client'
import type { Session, SessionOptions } from '@kitrt/core/client'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { FaultProxy, FaultProxyOptions } from '../../../../testing/fault-proxy.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import type { JournalReader } from './journal-reader.ts'
import { transports } from './transports.ts'
import type { TransportName } from './transports.ts'

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

export const texts = (count: number, text = ''): string[] =>
  Array.from({ length: count }, (_, index) => `${text}${index}`)
