import type { Target } from '../../../testing/targets.ts'
import type { Answer, Question } from './ask.ts'

/** A header that may differ from adapter-node's, and why that is right. */
interface Allowed {
  reason: string
  header: string
  runtime?: Target['runtime']
  /** Whether these two may stand beside each other. */
  may: (theirs: string | undefined, ours: string | undefined, exchange: Exchange) => boolean
}

interface Exchange {
  question: Question
  theirs: Answer
}

/** Whether a file of the build was answered, and not SvelteKit. */
const isFile = ({ theirs }: Exchange): boolean =>
  theirs.headers['accept-ranges'] !== undefined || theirs.status === 304

export const allowed: Allowed[] = [
  ...['connection', 'keep-alive', 'transfer-encoding', 'date'].map((header) => ({
    reason: 'Each server frames its connections by itself (RFC 9110, section 7.6.1).',
    header,
    may: () => true,
  })),
  {
    reason: 'Who has the whole body at once may say its length, and who streams it cannot.',
    header: 'content-length',
    may: (theirs, ours) => theirs === undefined || ours === undefined,
  },
  {
    reason: 'The issue asks for it; adapter-node has none.',
    header: 'last-modified',
    may: (theirs, ours, exchange) => theirs === undefined && ours !== undefined && isFile(exchange),
  },
  {
    reason:
      'With Last-Modified a browser would keep a file for a while without asking (RFC 9111, 4.2.2).',
    header: 'cache-control',
    may: (theirs, ours, exchange) =>
      theirs === undefined && ours === 'no-cache' && isFile(exchange),
  },
  {
    reason: 'Without it browsers take the text of a file for their own old charset.',
    header: 'content-type',
    may: (theirs, ours, exchange) =>
      theirs !== undefined && ours === `${theirs};charset=utf-8` && isFile(exchange),
  },
  {
    reason: 'The tag that SvelteKit gives is the time at which the process began.',
    header: 'etag',
    may: (_, ours, { question }) => question.path.endsWith('/_app/env.js') && ours !== undefined,
  },
  {
    reason: 'Our own answer to a proxy that makes no sense says what it is.',
    header: 'content-type',
    may: (theirs, ours, exchange) =>
      exchange.theirs.status === 400 &&
      theirs === undefined &&
      ours?.startsWith('text/plain') === true,
  },
  {
    reason: 'Bun’s Response.json() says the charset, which is JSON’s own anyway.',
    header: 'content-type',
    runtime: 'bun',
    may: (theirs, ours) => ours === `${theirs};charset=utf-8`,
  },
  {
    reason: 'Bun writes it so.',
    header: 'content-type',
    runtime: 'bun',
    may: (theirs, ours) =>
      theirs === 'text/plain;charset=UTF-8' && ours === 'text/plain;charset=utf-8',
  },
  {
    reason:
      'Bun’s Response does not tell its headers of the type that a text has by default, and SvelteKit answers HEAD with the headers alone.',
    header: 'content-type',
    runtime: 'bun',
    may: (_, ours, { question }) => question.method === 'HEAD' && ours === undefined,
  },
]

const one = (answer: Answer, name: string): string | undefined => answer.headers[name]?.join(', ')

/** What differs in our answer and has no reason. */
export function differences(
  runtime: Target['runtime'],
  question: Question,
  theirs: Answer,
  ours: Answer,
): string[] {
  const found: string[] = []
  if (theirs.status !== ours.status) {
    found.push(`status ${theirs.status} ≠ ${ours.status}`)
  }
  for (const name of new Set([...Object.keys(theirs.headers), ...Object.keys(ours.headers)])) {
    const [a, b] = [one(theirs, name), one(ours, name)]
    const may = allowed.some(
      (rule) =>
        rule.header === name &&
        (rule.runtime ?? runtime) === runtime &&
        rule.may(a, b, { question, theirs }),
    )
    if (a !== b && !may) found.push(`${name}: ${a} ≠ ${b}`)
  }
  if (!theirs.body.equals(ours.body)) {
    found.push(`body: ${show(theirs.body)} ≠ ${show(ours.body)}`)
  }
  return found
}

const show = (body: Buffer): string => JSON.stringify(body.toString().slice(0, 300))
