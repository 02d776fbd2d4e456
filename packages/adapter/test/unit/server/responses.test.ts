import { describe, expect, test } from 'vitest'
import { beginDraining } from '../../../src/server/draining.ts'
import { health } from '../../../src/server/health.ts'
import { lastAnswer } from '../../../src/server/last-answer.ts'
import { unbuffered } from '../../../src/server/unbuffered.ts'
import { untyped } from '../../../src/server/untyped.ts'

/** As `fetch` gives it: its headers cannot be changed. */
const frozen = async (type: string): Promise<Response> =>
  fetch(`data:${type},text`).then((response) => {
    expect(() => response.headers.set('a', 'b')).toThrow('immutable')
    return response
  })

describe('unbuffered', () => {
  test('has proxies pass the events of a stream on, also one that fetch gave', async () => {
    const response = unbuffered(await frozen('text/event-stream'))
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await response.text()).toBe('text')
  })

  test('leaves alone what is no stream of events, or has its own word', () => {
    const page = new Response('page')
    expect(unbuffered(page)).toBe(page)
    const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'yes' }
    expect(unbuffered(new Response('', { headers })).headers.get('x-accel-buffering')).toBe('yes')
  })
})

describe('untyped', () => {
  const bytes = new TextEncoder().encode('Not found')

  test('keeps a response of bytes as it is, but for its body, which is a stream', async () => {
    const response = new Response(bytes, { status: 404, headers: { 'content-length': '9' } })
    const passed = untyped(response)
    expect(passed).not.toBe(response)
    expect([passed.status, passed.headers.get('content-type')]).toEqual([404, null])
    expect(await passed.text()).toBe('Not found')
  })

  test('leaves alone what has a type, no length or no body', () => {
    for (const response of [
      new Response('text'),
      new Response(bytes),
      new Response(null, { headers: { 'content-length': '9' } }),
    ]) {
      expect(untyped(response)).toBe(response)
    }
  })

  test('tells the body when its reader leaves', async () => {
    let left: unknown
    const body = new ReadableStream({ cancel: (reason) => void (left = reason) })
    await untyped(new Response(body, { headers: { 'content-length': '9' } })).body?.cancel('gone')
    expect(left).toBe('gone')
  })
})

test('until the server drains it is healthy, and its answers keep their connections', async () => {
  const page = new Response('page')
  expect(lastAnswer(page).headers.has('connection')).toBe(false)
  expect(health().status).toBe(200)
  beginDraining()
  expect(lastAnswer(page).headers.get('connection')).toBe('close')
  expect(lastAnswer(await frozen('text/plain')).headers.get('connection')).toBe('close')
  expect(health().status).toBe(503)
  expect(await health().text()).toBe('draining')
})
