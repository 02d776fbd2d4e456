import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { within } from './eventually.ts'

/** A bare TCP connection, for what no well-behaved client would send. */
export interface RawConnection {
  socket: Socket
  /** What the server has sent. */
  received(): string
  /** Ends with the connection, or with the head of an answer. */
  answered: Promise<'closed' | 'answered'>
  /** The server has sent its end, or has reset the connection. */
  ended: Promise<void>
  /** Both sides have ended. */
  closed: Promise<void>
}

export interface RawConnectionOptions {
  /** Whether to keep our half open when the server has ended its own. @default false */
  halfOpen?: boolean
}

export function rawConnection(
  port: number,
  send: string | Buffer,
  { halfOpen = false }: RawConnectionOptions = {},
): RawConnection {
  let text = ''
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: halfOpen }, () => {
    socket.write(send)
  })
  const answered = new Promise<'closed' | 'answered'>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (text.includes('\r\n\r\n')) resolve('answered')
    })
    socket.on('close', () => resolve('closed'))
    // The close that follows says enough.
    socket.on('error', () => {})
  })
  const ended = new Promise<void>((resolve) => {
    socket.on('end', resolve)
    socket.on('close', () => resolve())
  })
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve())
  })
  return { socket, received: () => text, answered, ended, closed }
}

/** Sends bytes, and gives what came back within `ms`: the text, or '' when the connection was closed. */
export async function exchange(port: number, send: string | Buffer, ms = 2_000): Promise<string> {
  const connection = rawConnection(port, send)
  try {
    await within(
      connection.answered,
      ms,
      `answer to ${JSON.stringify(send.toString().slice(0, 60))}`,
    )
    return connection.received()
  } finally {
    connection.socket.destroy()
  }
}
