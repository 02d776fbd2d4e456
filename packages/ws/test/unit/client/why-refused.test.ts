import type { Fetch } from '@kitrt/core/client'
import { describe, expect, test, vi } from 'vitest'
import { whyRefused } from '../../../src/client/why-refused.ts'

const answer = (status: number, headers: HeadersInit = {}): Fetch =>
  vi.fn<Fetch>(() => Promise.resolve(new Response(null, { status, headers })))

const url = 'wss://example.com/chat?room=1'
const { signal } = new AbortController()

describe('whyRefused', () => {
  test.each([
    ['ws://example.com/chat', 'http://example.com/chat'],
    ['wss://example.com/chat?room=1', 'https://example.com/chat?room=1'],
  ])('asks %s by a GET of %s', async (socket, page) => {
    const fetch = answer(426)
    await whyRefused(socket, fetch, signal)
    expect(String(vi.mocked(fetch).mock.calls[0]![0])).toBe(page)
  })

  test('follows no redirect, asks no cache, and comes with the cookies of a handshake', async () => {
    const fetch = answer(426)
    await whyRefused(url, fetch, signal)
    expect(vi.mocked(fetch).mock.calls[0]![1]).toEqual({
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'include',
      signal,
    })
  })

  test.each([301, 302, 400, 401, 403, 404, 405, 410, 422, 451])(
    '%d refuses for good',
    async (status) => {
      expect(await whyRefused(url, answer(status), signal)).toEqual({ outcome: 'refused', status })
    },
  )

  test.each([426, 408, 425, 429, 500, 502, 503, 504])('%d means later', async (status) => {
    expect(await whyRefused(url, answer(status), signal)).toEqual({ outcome: 'later', status })
  })

  test("a redirect as browsers show it to 'manual' refuses", async () => {
    const opaque = { type: 'opaqueredirect', status: 0, body: null, headers: new Headers() }
    const fetch = (): Promise<Response> => Promise.resolve(opaque as Response)
    expect(await whyRefused(url, fetch, signal)).toEqual({ outcome: 'refused', status: 0 })
  })

  test.each([429, 503])('%d with Retry-After waits so many seconds', async (status) => {
    const ending = await whyRefused(url, answer(status, { 'retry-after': '7' }), signal)
    expect(ending).toEqual({ outcome: 'later', after: 7000, status })
  })

  test('a Retry-After that is no number is no wait', async () => {
    const ending = await whyRefused(url, answer(503, { 'retry-after': 'soon' }), signal)
    expect(ending).toEqual({ outcome: 'later', status: 503 })
  })

  test('a GET that does not arrive means later', async () => {
    const fetch = (): Promise<never> => Promise.reject(new TypeError('fetch failed'))
    expect(await whyRefused(url, fetch, signal)).toEqual({ outcome: 'later' })
  })
})

test.each([200, 204, 400, 401, 403, 404, 410])(
  '%d refuses: that is no socket, or not for us',
  async (status) => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response(null, { status }))
    expect(await whyRefused('ws://app.example/chat', fetch, signal)).toEqual({
      outcome: 'refused',
      status,
    })
  },
)
