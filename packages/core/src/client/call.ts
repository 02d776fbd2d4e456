import type { Calls, Channel } from '../channel.ts'
import { KitrtError } from '../error.ts'
import type { ServerFrame } from '../protocol/frames.ts'
import { whenConnected } from './page-session.ts'
import { errorOf } from './publisher.ts'
import type { OpenLine, Session } from './session.ts'

export interface CallOptions {
  /** Gives the call up, and tells the server. @default never */
  signal?: AbortSignal | undefined
  /** Until it is given up, in ms. @default 10_000 */
  timeout?: number | undefined
  /** @default the page's, by `connect` */
  session?: Session | undefined
}

/**
 * Calls what `hub.answer` answers, over the connection that there is, or a POST beside a stream. A call is
 * sent once: nobody but the app knows whether it may be done twice.
 *
 * ```ts
 * const { seats } = await call(game, { id: '7' }, 'join', { as: 'white' })
 * ```
 *
 * @throws {KitrtError} `invalid-message` for what does not fit the schemas; `denied`, with the app's words in
 *   `cause: { status, message }`, when it is refused; `failed` when the handler threw; `unavailable` when there was no
 *   connection in time; `unknown-outcome` when it was sent and there is no answer; what the signal was aborted with
 */
export async function call<
  Params,
  Event,
  Input,
  Draft,
  State,
  Member,
  Of extends Calls,
  Name extends keyof Of & string,
>(
  channel: Channel<Params, Event, Input, Draft, State, Member, Of>,
  params: Params,
  name: Name,
  input: Of[Name]['input'],
  { signal, timeout = 10_000, session }: CallOptions = {},
): Promise<Of[Name]['output']> {
  const schemas = channel.calls[name]
  if (!schemas) throw new KitrtError('bad-argument', `'${channel.name}' has no call '${name}'`)
  schemas.input(input)
  const what = `'${name}' of '${channel.name}'`
  const abort = new AbortController()
  const stop = (): void => abort.abort(signal?.reason)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  const late = setTimeout(
    () => abort.abort(new KitrtError('unavailable', `${what} had no answer in ${timeout} ms`)),
    timeout,
  )
  try {
    const used = session ?? (await waitFor<Session>(abort.signal, whenConnected))
    const frame = { call: { ch: channel.name, p: params, m: name, d: input } }
    const { ret, err } = await request(used, frame, abort.signal)
    if (ret) return schemas.output(ret.d)
    throw errorOf(err ?? { code: 'failed', retry: false }, what)
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', stop)
  }
}

/** Sends a frame once. @returns the frame that answers it */
async function request(session: Session, frame: object, signal: AbortSignal): Promise<ServerFrame> {
  const lost = (): KitrtError => new KitrtError('unknown-outcome', 'The answer was lost.')
  const open = await waitFor<OpenLine>(signal, (run) => session.whenOpen(run))
  const { carrier, id, post } = open
  if (!carrier.duplex) {
    const answers = await post({ id, ...frame }, signal).catch(() => undefined)
    signal.throwIfAborted()
    if (answers?.[0]) return answers[0]
    throw lost()
  }
  return new Promise((resolve, reject) => {
    carrier.answers.set(id, (answer) => (answer ? resolve(answer) : reject(lost())))
    signal.addEventListener('abort', () => {
      if (carrier.answers.delete(id)) carrier.send({ no: id })
      reject(signal.reason)
    })
    carrier.send({ id, ...frame })
  })
}

/** What is called back with, unless the signal aborts before. */
const waitFor = <T>(
  signal: AbortSignal,
  wait: (run: (value: T) => void) => () => void,
): Promise<T> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const leave = wait(resolve)
    signal.addEventListener('abort', () => {
      leave()
      reject(signal.reason)
    })
  })
