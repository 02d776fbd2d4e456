import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Requests under way at once, each on a connection of its own. */
const connections = 16

/**
 * Asks for a path as often as the server answers, and gives how often that was in a second. It is on
 * bare sockets: a client that parses more would be what is measured.
 *
 * @param requests how many
 */
export async function requestsPerSecond(
  port: number,
  path: string,
  requests: number,
): Promise<number> {
  const question = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  let left = requests
  const start = performance.now()
  await Promise.all(
    Array.from({ length: connections }, () =>
      ask(port, question, () => {
        left--
        return left >= 0
      }),
    ),
  )
  return (requests / (performance.now() - start)) * 1000
}

/** Asks again and again on one connection, for as long as `more` says. */
function ask(port: number, question: Buffer, more: () => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let read: Buffer = Buffer.alloc(0)
  const next = (): void => {
    if (more()) socket.write(question)
    else socket.destroy()
  }
  socket.on('connect', next)
  socket.on('error', reject)
  socket.on('close', () => resolve())
  socket.on('data', (chunk) => {
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk])
    if (!isWhole(read)) return
    if (!read.subarray(0, 13).toString('latin1').startsWith('HTTP/1.1 200')) {
      socket.destroy(new Error(`answered with ${read.subarray(0, 40).toString('latin1')}`))
      return
    }
    read = Buffer.alloc(0)
    next()
  })
  return promise
}

function isWhole(read: Buffer): boolean {
  const head = read.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /^content-length: (\d+)\r$/im.exec(read.subarray(0, head + 1).toString('latin1'))
  return length
    ? read.length >= head + 4 + Number(length[1])
    : read.subarray(-7).toString('latin1').endsWith('\r\n0\r\n\r\n')
}
