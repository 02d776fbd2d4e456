import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targets } from '../../../testing/targets.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { differences } from './allowed-differences.ts'
import { ask } from './ask.ts'
import type { Answer, Question } from './ask.ts'
import { fileQuestions, questions, remoteQuestions, staticPaths } from './questions.ts'
import { serveAdapterNode, serveSite } from './serve-site.ts'

const env = { BODY_SIZE_LIMIT: '6M', PROTOCOL_HEADER: 'x-forwarded-proto' }

let theirs: RunningServer
let remote: Question[] = []

beforeAll(async () => {
  theirs = await serveAdapterNode(env)
  const page = await ask(theirs, { path: '/base/remote' })
  remote = remoteQuestions(page.body.toString())
})
afterAll(async () => {
  await theirs.stop()
})

describe.each(targets.filter(({ mode }) => mode === 'production'))(
  'beside adapter-node on Node, ours on $name',
  (target) => {
    let ours: RunningServer
    beforeAll(async () => {
      ours = await serveSite(target, env)
    })
    afterAll(async () => {
      await ours.stop()
    })

    const both = (question: Question): Promise<[Answer, Answer]> =>
      Promise.all([ask(theirs, question), ask(ours, question)])

    test.each(questions)('answers $title as it does', async (question) => {
      const [expected, got] = await both(question)
      expect(differences(target.runtime, question, expected, got)).toEqual([])
    })

    test('answers the calls of remote functions as it does', async () => {
      expect(remote.length).toBeGreaterThan(4)
      for (const question of remote) {
        const [expected, got] = await both(question)
        expect([question.title, ...differences(target.runtime, question, expected, got)]).toEqual([
          question.title,
        ])
      }
    })

    test('answers for every file as it does: whole, compressed, in part, to HEAD, and not again', async () => {
      const found: string[] = []
      let asked = 0
      for (const path of staticPaths) {
        const { headers } = await ask(theirs, { path })
        const etag = headers['etag']?.[0] ?? 'none'
        for (const question of fileQuestions(path, etag)) {
          const [expected, got] = await both(question)
          for (const difference of differences(target.runtime, question, expected, got)) {
            found.push(`${question.title}: ${difference}`)
          }
          asked++
        }
      }
      expect(found).toEqual([])
      expect(asked).toBeGreaterThan(300)
    })

    // A stream costs Deno as much as the rest of a small answer.
    test('answers in one piece what the app has made whole', async () => {
      const { status, headers } = await ask(ours, { path: '/base/param/a' })
      expect([status, headers['content-length']]).toEqual([200, [String('["a",[]]'.length)]])
    })

    test('takes a body of 5 MB, and not one that says to have 7', async () => {
      const upload = (body: Buffer, length: number): Question => ({
        path: '/base/upload',
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(length) },
        body,
        unfinished: body.length < length,
      })
      const whole = upload(randomBytes(5 * 2 ** 20), 5 * 2 ** 20)
      const large = upload(randomBytes(1024), 7 * 2 ** 20)
      for (const [question, status] of [
        [whole, 200],
        [large, 413],
      ] as const) {
        const [expected, got] = await both(question)
        expect(got.status).toBe(status)
        expect(differences(target.runtime, question, expected, got)).toEqual([])
      }
    })
  },
)
