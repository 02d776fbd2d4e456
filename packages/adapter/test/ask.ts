import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { RunningServer } from '../../../testing/run-server.ts'

export interface Question {
  /** What it is about. @default its method and its path */
  title?: string
  /** As it goes over the wire. */
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Whether to send the beginning of the body only: who refuses it by its length may reset the rest. */
  unfinished?: boolean
}

/** An answer as it came over the wire. */
export interface Answer {
  status: number
  headers: Record<string, string[] | undefined>
  body: Buffer
}

/** Asks as no client would that follows, decodes or normalises. */
export async function ask(
  { port }: RunningServer,
  { path, method = 'GET', headers = {}, body, unfinished = false }: Question,
): Promise<Answer> {
  const asked = request({ port, host: '127.0.0.1', path, method, agent: false, headers })
  if (unfinished) asked.write(body)
  else asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const received = await buffer(response)
  asked.destroy()
  return {
    status: response.statusCode ?? 0,
    headers: { ...response.headersDistinct },
    body: received,
  }
}
