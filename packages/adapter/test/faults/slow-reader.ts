import { eventually } from '../../../../testing/eventually.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RawConnection } from '../../../../testing/raw.ts'
import { frame, opcodes } from '../../../../testing/frame.ts'
import { open } from '../../../ws/test/hostile/handshakes.ts'
import type { TransportName } from './transports.ts'

/** Who follows a journal and takes so many bytes a second of it: 64 kB more wait in its own buffer, and what the network takes. */
export async function slowReader(
  port: number,
  path: string,
  id: string,
  transport: TransportName,
  bytesPerSecond = 1_000,
): Promise<RawConnection> {
  const greeting = `{"hi":{"v":1}}\n{"id":1,"sub":{"ch":"journal","p":${JSON.stringify({ id })}}}`
  const stream = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Accept: text/event-stream',
    'Content-Type: application/jsonl',
    `Content-Length: ${greeting.length}`,
    '',
    greeting,
  ].join('\r\n')
  const connection = rawConnection(port, transport === 'websocket' ? open(path) : stream)
  const { socket, answered, received, closed } = connection
  await answered
  if (transport === 'websocket') socket.write(frame(opcodes.text, greeting))
  // Who begins to follow later gets the end of the history, which the network takes by itself.
  await eventually(() => received().includes('"up":'), 60_000)
  socket.removeAllListeners('data')
  socket.pause()
  if (bytesPerSecond === Infinity) socket.on('data', () => {}).resume()
  const timer = setInterval(() => {
    if (bytesPerSecond < Infinity) socket.read(Math.min(bytesPerSecond, socket.readableLength))
    // It is there, and only slow.
    if (transport === 'websocket') socket.write(frame(opcodes.text, '{}'))
  }, 1_000)
  void closed.then(() => clearInterval(timer))
  return connection
}
