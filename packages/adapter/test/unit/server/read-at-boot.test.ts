import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { readAtBoot } from '../../../src/server/read-at-boot.ts'

const storage = new AsyncLocalStorage<string>()

/** A stream that tells in which context it is pulled. */
function telling(): { response: Response; cancelled: unknown[] } {
  const cancelled: unknown[] = []
  let step = 0
  const body = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(`${storage.getStore()} `))
        if (++step === 3) controller.close()
      },
      cancel: (reason) => void cancelled.push(reason, storage.getStore()),
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(body, { status: 201, headers: { 'x-a': 'b' } }), cancelled }
}

test('a stream is pulled in no context, whoever reads it', async () => {
  const { response } = telling()
  const read = readAtBoot(response)
  expect([read.status, read.headers.get('x-a')]).toEqual([201, 'b'])
  expect(await storage.run('another', () => read.text())).toBe('undefined undefined undefined ')
})

test('the one who leaves is told of in no context either', async () => {
  const { response, cancelled } = telling()
  const { body } = readAtBoot(response)
  await storage.run('another', () => body?.cancel('gone'))
  expect(cancelled).toEqual(['gone', undefined])
})

test('a stream that fails, fails for its reader', async () => {
  const body = new ReadableStream({ pull: () => Promise.reject(new Error('broken')) })
  await expect(readAtBoot(new Response(body)).text()).rejects.toThrow('broken')
})

test('what has no body, or a length, stays as it is', () => {
  const empty = new Response(null, { status: 204 })
  const known = new Response('text', { headers: { 'content-length': '4' } })
  expect([readAtBoot(empty), readAtBoot(known)]).toEqual([empty, known])
  expect(readAtBoot(known)).toBe(known)
})
