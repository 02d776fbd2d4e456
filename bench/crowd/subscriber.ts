import type { Greeting } from '../sides.ts'

/** One who reads on a bare socket: a client that parses more would be what is measured. */
export interface Subscriber {
  /** Reads no more, until it is ended. */
  stop(): void
  end(): void
}

export interface SubscriberOptions {
  port: number
  greeting: Greeting
  onReady: () => void
  onData: (chunk: Buffer) => void
  /** @param read what came before it was ready */
  onEnd: (read: string) => void
}

/** A client's frame; the mask is zero, so that it changes nothing. */
function framed(text: string): Buffer {
  const bytes = Buffer.from(text)
  const { length } = bytes
  const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0xfe, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), bytes])
}

function requestOf({ method, path, upgrade, say = '' }: Greeting, port: number): string {
  const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`]
  if (upgrade) {
    lines.push('connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13')
    lines.push('sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==')
  } else
    lines.push(
      'accept: text/event-stream',
      'content-type: application/jsonl',
      `content-length: ${say.length}`,
    )
  return `${lines.join('\r\n')}\r\n\r\n${upgrade ? '' : say}`
}

/** Between two signs of life, in ms: shorter than what any server waits for one. */
const beatEvery = 10_000

export async function subscribe({
  port,
  greeting,
  onReady,
  onData,
  onEnd,
}: SubscriberOptions): Promise<Subscriber> {
  const { upgrade, say, ready, beat, cue = '\r\n\r\n' } = greeting
  const says = upgrade && say !== undefined ? framed(say) : undefined
  let said = says === undefined
  let isReady = false
  let read = ''
  function begin(socket: Bun.Socket, chunk: Buffer): void {
    read += chunk.toString('latin1')
    if (!said && read.includes(cue)) {
      said = true
      if (says) socket.write(says)
    }
    if (!said || !read.includes(ready)) return
    isReady = true
    read = ''
    onReady()
  }
  const life = beat === undefined ? undefined : framed(beat)
  // Not before it has said who it is.
  const beating = life && setInterval(() => isReady && socket.write(life), beatEvery)
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (opened) => void opened.write(requestOf(greeting, port)),
      data(self, chunk) {
        if (!isReady) return begin(self, chunk)
        onData(chunk)
      },
      close() {
        clearInterval(beating)
        onEnd(read)
      },
    },
  })
  return { stop: () => socket.pause(), end: () => socket.terminate() }
}
