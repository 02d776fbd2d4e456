import { isKey, version } from '../../protocol/frames.ts'
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import { codes, otherUser } from '../../protocol/codes.ts'
import { answerCall } from './calling.ts'
import { isMeant, welcome } from './greeting.ts'
import type { Hub } from './hub.ts'
import { parseMessage } from './parse-message.ts'
import type { User } from './user.ts'

/** The answers to frames that came by a POST of their own: one publish after another (rule 8). */
export async function answerPosted(
  hub: Hub,
  user: User | undefined,
  body: string,
  signal: AbortSignal,
): Promise<string> {
  const { maxMessage, maxDepth, maxPublishing } = hub.limits
  const answers: ServerFrame[] = []
  hub.meter.io('receive', body)
  const bye = (code: number): string => JSON.stringify({ bye: { code } })
  if (body.length > maxMessage) return bye(codes.tooLarge)
  let frames: ClientFrame[]
  try {
    frames = parseMessage(body, maxDepth)
  } catch {
    return bye(codes.protocol)
  }
  hub.meter.count('kitrt.received.frames', frames.length)
  const [first, ...rest] = frames
  if (!first?.hi) return bye(codes.protocol)
  if (first.hi.v !== version) return bye(codes.version)
  if (!isMeant(first.hi, user)) return bye(otherUser)
  // Who it is, is all that is asked.
  if (rest.length === 0) return JSON.stringify(welcome(hub, user))
  if (rest.length > maxPublishing) return bye(codes.overload)
  const failed = new Set<string>()
  for (const { id, pub, call } of rest) {
    const isPublish = isKey(pub?.k)
    if (typeof id !== 'number' || !(isPublish || call)) return bye(codes.protocol)
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const answer = await (isPublish
      ? publishOne(hub, user, pub as Posted, failed)
      : callOne(hub, user, call ?? {}, signal))
    if (answer.err) hub.meter.count('kitrt.refusals', 1, { 'error.type': answer.err.code })
    answers.push({ id, ...answer })
  }
  const text = answers.map((answer) => JSON.stringify(answer)).join('\n')
  hub.meter.io('transmit', text)
  return text
}

type Answered = Pick<ServerFrame, 'ack' | 'err' | 'ret'>

async function callOne(
  hub: Hub,
  user: User | undefined,
  called: NonNullable<ClientFrame['call']>,
  signal: AbortSignal,
): Promise<Answered> {
  const { limits, onFault } = hub
  try {
    const channel = hub.find(called.ch, called.p)
    if (!channel) return { err: { code: 'unknown', retry: false } }
    return await answerCall(channel, user, called, signal, { timeout: limits.callTimeout, onFault })
  } catch {
    return { err: { code: 'invalid', retry: false } }
  }
}

type Posted = NonNullable<ClientFrame['pub']> & { k: string }

async function publishOne(
  hub: Hub,
  user: User | undefined,
  { ch, p, d, k }: Posted,
  failed: Set<string>,
): Promise<Answered> {
  try {
    const channel = hub.find(ch, p)
    if (!channel) return { err: { code: 'unknown', retry: false } }
    // None overtakes another that may succeed later.
    if (failed.has(channel.key)) return { err: { code: 'unavailable', retry: true } }
    const answer = await hub.publish(channel, user, d, k)
    if ('err' in answer && answer.err.retry) failed.add(channel.key)
    return answer
  } catch {
    return { err: { code: 'invalid', retry: false } }
  }
}
