import { otherUser } from '../protocol/codes.ts'
import { parseFrames, version } from '../protocol/frames.ts'
import type { ServerFrame } from '../protocol/frames.ts'
import type { ClientTransport } from './transport.ts'

/** Sends frames by requests of their own (rule 8 of PROTOCOL.md). */
export interface Poster {
  /**
   * @returns the answers; `undefined` when nobody waits for them any more
   * @throws when there are none in time
   */
  post(frame: object, stop?: AbortSignal): Promise<ServerFrame[] | undefined>
  /** Ends those that are under way. */
  abort(): void
}

/**
 * @param transport the one in use
 * @param timeout of a request, in ms
 * @param user whom we mean to be; see `u` of {@link ServerFrame.ok}
 * @param onOtherUser told when we are somebody else
 */
export function createPoster(
  transport: () => ClientTransport,
  url: string,
  timeout: number,
  user: () => string | undefined,
  onOtherUser: () => void,
): Poster {
  let all = new AbortController()
  return {
    async post(frame, given) {
      const { signal } = all
      const one = new AbortController()
      const stop = (): void => one.abort()
      const timer = setTimeout(stop, timeout)
      signal.addEventListener('abort', stop)
      given?.addEventListener('abort', stop)
      try {
        const hi = JSON.stringify({ hi: { v: version, u: user() } })
        const answer = await transport().post?.(url, `${hi}\n${JSON.stringify(frame)}`, one.signal)
        if (signal.aborted || answer === undefined) return undefined
        const frames = parseFrames(answer) as ServerFrame[]
        const code = frames[0]?.bye?.code
        if (code === otherUser) onOtherUser()
        if (code) throw new Error(`bye ${code}`)
        return frames
      } catch (error) {
        if (signal.aborted) return undefined
        throw error
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
      }
    },
    abort() {
      all.abort()
      all = new AbortController()
    },
  }
}
