import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { endingOf } from '../../../src/client/http-ending.ts'

const none = new Headers()
const retryAfter = (value: string): Headers => new Headers({ 'retry-after': value })

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('endingOf', () => {
  test('204 is the end', () => {
    expect(endingOf(204, none)).toEqual({ outcome: 'closed' })
  })

  test.each([200, 301, 400, 401, 403, 404, 405, 410, 422])('%d refuses', (status) => {
    expect(endingOf(status, retryAfter('5'))).toEqual({ outcome: 'refused' })
  })

  test.each([408, 425, 429, 500, 502, 503, 504, 599])('%d means later', (status) => {
    expect(endingOf(status, none)).toEqual({ outcome: 'later', after: undefined })
  })

  test.each([
    ['5', 5000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ])('Retry-After: %s is a wait of %d ms', (value, after) => {
    expect(endingOf(503, retryAfter(value))).toEqual({ outcome: 'later', after })
    expect(endingOf(429, retryAfter(value))).toEqual({ outcome: 'later', after })
  })

  test.each(['0', '-5', '', 'soon', 'Wed, 31 Dec 2025 23:59:00 GMT'])(
    'Retry-After: %j is no wait',
    (value) => {
      expect(endingOf(503, retryAfter(value))).toEqual({ outcome: 'later', after: undefined })
    },
  )

  test('a date is of the clock of the server that says it: that of the client may be wrong by a day', () => {
    const headers = retryAfter('Fri, 02 Jan 2026 00:01:00 GMT')
    headers.set('date', 'Fri, 02 Jan 2026 00:00:55 GMT')
    expect(endingOf(503, headers)).toEqual({ outcome: 'later', after: 5_000 })
  })
})
