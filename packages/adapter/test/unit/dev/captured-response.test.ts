import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { captureResponse } from '../../../src/dev/captured-response.ts'

const capture = () => captureResponse(new IncomingMessage(new Socket()))

test('what is written is the body, and what is set are the headers', async () => {
  const { response, answered } = capture()
  response.setHeader('x-set', 'early')
  response.setHeader('set-cookie', ['a=1', 'b=2'])
  response.writeHead(201, { 'x-given': 'late' })
  expect(response.headersSent).toBe(true)
  response.write('über ')
  response.end(Buffer.from('all'))
  const got = await answered
  expect(got.status).toBe(201)
  expect(got.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect([got.headers.get('x-set'), got.headers.get('x-given')]).toEqual(['early', 'late'])
  expect(await got.text()).toBe('über all')
})

test('an answer may begin with its body, and its status may stand alone', async () => {
  const begun = capture()
  begun.response.statusCode = 404
  begun.response.end('none')
  const got = await begun.answered
  expect([got.status, await got.text()]).toEqual([404, 'none'])
  const bare = capture()
  bare.response.writeHead(304).end()
  expect((await bare.answered).body).toBeNull()
})

test('who writes faster than is read is told to wait, and when to go on', async () => {
  const { response, answered } = capture()
  expect(response.write('a')).toBe(false)
  const drained = new Promise((resolve) => {
    response.once('drain', resolve)
  })
  const reader = (await answered).body?.getReader()
  await reader?.read()
  await drained
})

test('callbacks are called, and the end is told once', async () => {
  const { response } = capture()
  const told: string[] = []
  response.on('finish', () => told.push('finish'))
  response.on('close', () => told.push('close'))
  await new Promise<void>((resolve) => {
    response.write('a', () => {
      told.push('written')
      resolve()
    })
  })
  response.end()
  response.end()
  expect(told).toEqual(['written', 'finish', 'close'])
})

test('who reads no more closes it, and who gives up breaks it', async () => {
  const left = capture()
  const closed = new Promise((resolve) => {
    left.response.once('close', resolve)
  })
  left.response.write('a')
  await (await left.answered).body?.cancel()
  await closed
  expect(() => left.response.write('b')).not.toThrow()
  const broken = capture()
  broken.response.write('a')
  broken.response.destroy(new Error('given up'))
  await expect((await broken.answered).text()).rejects.toThrow('given up')
})
