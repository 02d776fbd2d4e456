import { outcomeOfCode } from '../../protocol/codes.ts'
import { parseFrames, version } from '../../protocol/frames.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Ending } from '../connection-status.ts'
import type { ClientTransport } from '../transport.ts'

/**
 * Asks the server who it takes us for: by a POST, or by a connection that ends with the answer.
 *
 * @returns `undefined` when the server does not say
 * @throws an object with an `ending` where the server says what that means
 */
export async function whoAmI(
  transport: ClientTransport,
  url: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const hi = JSON.stringify({ hi: { v: version } })
  const answer = await (transport.post?.(url, hi, signal) ?? connect(transport, url, hi, signal))
  const [frame] = (answer ? parseFrames(answer) : []) as ServerFrame[]
  const bye = frame?.bye
  if (bye) throw Object.assign(new Error('bye'), { ending: outcomeOfCode(bye.code, bye.after) })
  return frame?.ok?.u
}

function connect(
  transport: ClientTransport,
  url: string,
  greeting: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = transport.open({
      url,
      greeting,
      onMessage(message) {
        resolve(message)
        connection.close()
      },
      onEnd: (ending: Ending) => reject(Object.assign(new Error('ended'), { ending })),
    })
    signal.addEventListener('abort', () => connection.close())
  })
}
