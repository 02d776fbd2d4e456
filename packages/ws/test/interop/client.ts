// Our client in a process of its own, on the WebSocket of the runtime that runs it. It is told what to
// do by lines of JSON on stdin, and tells what happens by lines of JSON on stdout.
import process from 'node:process'
import { createInterface } from 'node:readline'
import { createFakeReactivity } from '../../../core/test/unit/client/fake-reactivity.ts'
import { createSocket } from '../../src/client/open-socket.ts'
import type { SocketMessage } from '../../src/client/outbox.ts'
import type { ClientEvent, Order } from './run-client.ts'

const [url = '', options = '{}'] = process.argv.slice(2)
const { createSubscriber, effect } = createFakeReactivity()

function tell(event: ClientEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

const socket = createSocket<string | ArrayBuffer, SocketMessage>(url, JSON.parse(options), {
  live: true,
  createSubscriber,
  WebSocket: globalThis.WebSocket,
  fetch: globalThis.fetch,
  page: undefined,
  href: undefined,
})

effect(() => {
  const { status, ending } = socket
  tell({ status, ending, at: performance.now() })
})
socket.subscribe((message) => {
  if (message === undefined) return
  tell({ message: typeof message === 'string' ? message : [...new Uint8Array(message)] })
})

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line) as Order
    if ('close' in order) socket.close(...order.close)
    else {
      const { send } = order
      tell({ sent: socket.send(typeof send === 'string' ? send : new Uint8Array(send)) })
    }
  })
  .on('close', () => process.exit())
