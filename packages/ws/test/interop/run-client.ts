import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { eventually } from '../../../../testing/eventually.ts'
import { bin } from '../../../../testing/run-server.ts'
import type { ConnectionStatus } from '../../../core/src/client/connection-status.ts'
import type { SocketEnding } from '../../src/client/dial.ts'
import type { OpenSocketOptions } from '../../src/client/socket-options.ts'

/** What a client is told to do. Bytes are an array of numbers. */
export type Order = { send: string | number[] } | { close: [code?: number, reason?: string] }

/** What a client tells. */
export type ClientEvent =
  | { status: ConnectionStatus; ending?: SocketEnding | undefined; at: number }
  | { message: string | number[] }
  | { sent: string }

type StatusEvent = Extract<ClientEvent, { status: unknown }>

export interface Client {
  /** Every status so far, and when it began, in ms. */
  statuses(): StatusEvent[]
  messages(): (string | number[])[]
  send(data: string | number[]): Promise<string>
  close(code: number, reason: string): void
  /** Waits until the status has been `status` for the `times`th time. */
  was(status: ConnectionStatus, times?: number): Promise<StatusEvent>
  /** Waits until so many messages have come. */
  got(count: number): Promise<(string | number[])[]>
  stop(): void
}

/** The runtimes that have a WebSocket of their own. */
export const runtimes: Record<string, string[]> = {
  Node: [join(bin, 'node')],
  Bun: [join(bin, 'bun'), 'run'],
  Deno: [join(bin, 'deno'), 'run', '-A'],
}

/** Starts our client on a runtime. */
export function runClient(runtime: string, url: string, options: OpenSocketOptions = {}): Client {
  const [program = '', ...args] = runtimes[runtime] ?? []
  const child = spawn(
    program,
    [...args, join(import.meta.dirname, 'client.ts'), url, JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const events: ClientEvent[] = []
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)))
  const order = (what: Order): void => void child.stdin.write(`${JSON.stringify(what)}\n`)
  const all = <Key extends string>(key: Key): Extract<ClientEvent, Record<Key, unknown>>[] =>
    events.filter((event): event is Extract<ClientEvent, Record<Key, unknown>> => key in event)

  /** Waits, and says what the client told when it waits in vain. */
  async function wait<T>(check: () => T): Promise<Exclude<T, undefined | false>> {
    try {
      return await eventually(check, 15_000)
    } catch (cause) {
      const told = events.slice(-10).map((event) => JSON.stringify(event))
      throw new Error(`waited in vain; the client told last:\n${told.join('\n')}`, { cause })
    }
  }

  return {
    statuses: () => all('status'),
    messages: () => all('message').map(({ message }) => message),
    async send(data) {
      const before = all('sent').length
      order({ send: data })
      return (await wait(() => all('sent')[before])).sent
    },
    close: (code, reason) => order({ close: [code, reason] }),
    was: (status, times = 1) =>
      wait(() => all('status').filter((event) => event.status === status)[times - 1]),
    got: (count) =>
      wait(() => {
        const messages = all('message').map(({ message }) => message)
        return messages.length >= count && messages
      }),
    stop: () => void child.kill('SIGKILL'),
  }
}
