import process from 'node:process'

/** What a client has seen, from the first offer to the last close. */
export interface Seen {
  /** The client's name and version. */
  client: string
  /** The extensions that it has offered, as the server read them. */
  offered: string
  opened: { protocol: string; extensions: string[] }
  /** Whether each message came back as it went: text, multi-byte text, none, bytes, no bytes, 1 MiB less one. */
  echoed: boolean[]
  /** What came back of `one and 🐁 two` in fragments; `null` for a client that cannot send any. */
  fragments: string | null
  /** What came back with the pong; `null` for a client that cannot ping. */
  pong: string | null
  closedByClient: { code: number; reason: string }
  closedByServer: { code: number; reason: string }
  /** How the client tells of a 401. */
  refused: string
}

/**
 * The client that Node (undici), Bun, Deno and browsers share. Takes nothing from outside its body,
 * because it is sent to the browser as it stands.
 */
export async function visit({
  url,
  id,
}: {
  url: string
  id: string
}): Promise<Omit<Seen, 'client'>> {
  interface Open {
    ws: WebSocket & { ping?: (data: string) => void }
    next(): Promise<unknown>
    closed: Promise<{ code: number; reason: string }>
    faults: string[]
  }

  async function connect(path: string, protocols: string[] = []): Promise<Open> {
    const ws = new WebSocket(url.replace('http', 'ws') + path, protocols)
    ws.binaryType = 'arraybuffer'
    const messages: unknown[] = []
    const faults: string[] = []
    let wake = (): void => {}
    ws.addEventListener('message', ({ data }) => {
      messages.push(data)
      wake()
    })
    ws.addEventListener('error', (event) =>
      faults.push((event as ErrorEvent).message || event.type),
    )
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      ws.addEventListener('close', ({ code, reason }) => resolve({ code, reason }))
    })
    await Promise.race([closed, new Promise((resolve) => ws.addEventListener('open', resolve))])
    return {
      ws,
      closed,
      faults,
      async next() {
        while (messages.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        return messages.shift()
      },
    }
  }

  const offer = await connect('/socket/offer')
  const offered = String(await offer.next())
  offer.ws.close()

  const { ws, next, closed } = await connect(`/socket/echo?id=${id}`, ['first', 'second'])
  const opened = { protocol: ws.protocol, extensions: ws.extensions ? [ws.extensions] : [] }
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  const echoed: boolean[] = []
  for (const sent of [
    'hello',
    'ünïcode 🐁',
    '',
    bytes,
    new Uint8Array(),
    'x'.repeat(2 ** 20 - 1),
  ]) {
    ws.send(sent)
    const back = await next()
    echoed.push(
      typeof sent === 'string'
        ? back === sent
        : back instanceof ArrayBuffer && new Uint8Array(back).join() === sent.join(),
    )
  }
  let pong: string | null = null
  if (ws.ping) {
    const answer = new Promise<MessageEvent<ArrayBuffer>>((resolve) => {
      ws.addEventListener('pong' as 'message', resolve)
    })
    ws.ping('are you there')
    pong = new TextDecoder().decode((await answer).data)
  }
  ws.close(3456, 'done')
  const closedByClient = await closed

  const told = await connect('/socket/closes')
  told.ws.send('long')
  const refused = await connect('/socket/auth/blue')
  const { code } = await refused.closed
  return {
    offered,
    opened,
    echoed,
    fragments: null,
    pong,
    closedByClient,
    closedByServer: await told.closed,
    refused: `${code} ${refused.faults.join()}`,
  }
}

// `node standard.ts <url> <id>`, and so for Bun and Deno.
if (import.meta.main) {
  const [url = '', id = ''] = process.argv.slice(2)
  const { bun, deno, undici } = process.versions as Record<string, string>
  const client = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `undici ${undici}`
  console.log(JSON.stringify({ client, ...(await visit({ url, id })) }))
  // A browser's client has no end of its own, and neither have these.
  process.exit()
}
