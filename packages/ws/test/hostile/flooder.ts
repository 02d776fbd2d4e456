// A thread of its own: clients that send as fast as the machine can, so that those in the test's thread
// are as quick as ever.
import { Buffer } from 'node:buffer'
import { setTimeout } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { rawConnection } from '../../../../testing/raw.ts'
import { open } from './handshakes.ts'

export interface Flood {
  port: number
  path: string
  clients: number
  /** Whether they read what comes back. */
  reads: boolean
  /** What each sends before all else. */
  first?: Uint8Array
  /** What each sends again and again, and for how many bytes in all. */
  chunk: Uint8Array
  total: number
}

/** What became of a client: how much it has sent, and the code of the close frame that it has got. */
export interface Flooded {
  sent: number
  code: number | undefined
}

const { port, path, clients, reads, first, chunk, total } = workerData as Flood

/** How long a client waits that can send no more, or for the end, in ms: what it does is done by then. */
const patience = 500

async function flood(): Promise<Flooded> {
  const { socket, answered, closed } = rawConnection(port, open(path))
  await answered
  socket.removeAllListeners('data')
  /** Enough of what comes back to see how it ends. */
  let tail = Buffer.alloc(0)
  if (reads) socket.on('data', (bytes) => (tail = Buffer.concat([tail, bytes]).subarray(-200)))
  else socket.pause()
  let sent = 0
  if (first) socket.write(first)
  const write = (): Promise<'taken'> =>
    new Promise((resolve) => socket.write(chunk, () => resolve('taken')))
  const over = (): Promise<unknown> => Promise.race([closed, setTimeout(patience)])
  while (sent < total && !socket.destroyed && (await Promise.race([write(), over()])) === 'taken') {
    sent += chunk.length
  }
  await over()
  // A close frame of the server's has no mask, and a short reason.
  const at = tail.findLastIndex((byte, index) => byte === 0x88 && (tail[index + 1] ?? 126) < 126)
  return { sent, code: at < 0 ? undefined : tail.readUInt16BE(at + 2) }
}

const all: Flooded[] = await Promise.all(Array.from({ length: clients }, flood))
parentPort?.postMessage(all, [])
