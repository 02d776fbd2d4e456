import type { Fetch } from '@kitrt/core/client'
import { describe, expect, test, vi } from 'vitest'
import { whyRefused } from '../../../src/client/why-refused.ts'

const answer = (status: number, headers: HeadersInit = {}): Fetch =>
  vi.fn<Fetch>(() => Promise.resolve(new Response(null, { status, headers })))

const url = new URL('wss://example.com/chat?room=1')

describe('whyRefused', () => {
  test.each([
    ['ws://example.com/chat', 'http://example.com/chat'],
    ['wss://example.com/chat?room=1', 'https://example.com/chat?room=1'],
  ])('asks %s by a GET of %s', async (socket, page) => {
    const fetch = answer(426)
    await whyRefused(new URL(socket), fetch)
    expect(String(vi.mocked(fetch).mock.calls[0]![0])).toBe(page)
  })

  test('follows no redirect, and leaves the address that it was given alone', async () => {
    const fetch = answer(426)
    const given = new URL(url)
    await whyRefused(given, fetch)
    expect(vi.mocked(fetch).mock.calls[0]![1]).toMatchObject({ redirect: 'manual' })
    expect(given.href).toBe(url.href)
  })

  test.each([301, 302, 400, 401, 403, 404, 405, 410, 422, 451])(
    '%d refuses for good',
    async (status) => {
      expect(await whyRefused(url, answer(status))).toEqual({ outcome: 'refused' })
    },
  )

  test.each([426, 408, 425, 429, 500, 502, 503, 504])('%d means later', async (status) => {
    expect(await whyRefused(url, answer(status))).toEqual({ outcome: 'later', after: undefined })
  })

  test("a redirect as browsers show it to 'manual' refuses", async () => {
    const opaque = { type: 'opaqueredirect', status: 0, body: null, headers: new Headers() }
    const fetch = (): Promise<Response> => Promise.resolve(opaque as Response)
    expect(await whyRefused(url, fetch)).toEqual({ outcome: 'refused' })
  })

  test.each([429, 503])('%d with Retry-After waits so many seconds', async (status) => {
    const ending = await whyRefused(url, answer(status, { 'retry-after': '7' }))
    expect(ending).toEqual({ outcome: 'later', after: 7000 })
  })

  test('a Retry-After that is no number is no wait', async () => {
    const ending = await whyRefused(url, answer(503, { 'retry-after': 'soon' }))
    expect(ending).toEqual({ outcome: 'later', after: undefined })
  })

  test('a GET that does not arrive means later', async () => {
    const fetch = (): Promise<never> => Promise.reject(new TypeError('fetch failed'))
    expect(await whyRefused(url, fetch)).toEqual({ outcome: 'later' })
  })

  test('the body of the answer is not read', async () => {
    const cancel = vi.fn<() => void>()
    const body = new ReadableStream({ cancel })
    const fetch = (): Promise<Response> => Promise.resolve(new Response(body, { status: 401 }))
    await whyRefused(url, fetch)
    expect(cancel).toHaveBeenCalledTimes(1)
  })
})

test.each([200, 204, 400, 401, 403, 404, 410])(
  '%d refuses: that is no socket, or not for us',
  async (status) => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response(null, { status }))
    expect(await whyRefused(new URL('ws://app.example/chat'), fetch)).toEqual({
      outcome: 'refused',
    })
  },
)
