import { describe, expect, test } from 'vitest'
import { requestHost, requestOrigin } from '../../../src/server/request-origin.ts'
import type { OriginHeaders } from '../../../src/server/settings.ts'

const none: OriginHeaders = {
  protocolHeader: undefined,
  hostHeader: undefined,
  portHeader: undefined,
}
const all: OriginHeaders = { protocolHeader: 'x-p', hostHeader: 'x-h', portHeader: 'x-n' }

const origin = (
  headers: Record<string, string | undefined>,
  settings: OriginHeaders = all,
  url = 'http://inner:3000/',
): string | undefined => requestOrigin((name) => headers[name], new URL(url), settings)

describe('the origin of a request', () => {
  test('without settings is that of the request, whatever a client says', () => {
    expect(origin({ 'x-p': 'https', 'x-h': 'evil.example' }, none)).toBe('http://inner:3000')
    expect(origin({}, none, 'https://inner/')).toBe('https://inner')
    expect(origin({}, none, 'http+unix://inner/')).toBe('http://inner')
  })

  test.each([
    [{ 'x-p': 'https' }, 'https://inner:3000'],
    [{ 'x-h': 'app.example' }, 'http://app.example'],
    [{ 'x-p': 'https', 'x-h': 'app.example' }, 'https://app.example'],
    [{ 'x-p': 'https', 'x-h': 'app.example', 'x-n': '8443' }, 'https://app.example:8443'],
    [{ 'x-p': 'https', 'x-h': 'app.example:1', 'x-n': '8443' }, 'https://app.example:8443'],
    [{ 'x-p': 'https', 'x-h': 'app.example', 'x-n': '443' }, 'https://app.example'],
    [{ 'x-h': '[::1]:3000' }, 'http://[::1]:3000'],
    [{}, 'http://inner:3000'],
  ])('%j makes it %s', (headers, expected) => {
    expect(origin(headers)).toBe(expected)
  })

  test.each([
    { 'x-p': 'https://evil.example/?' },
    { 'x-p': 'javascript' },
    { 'x-p': 'https, http' },
    { 'x-h': 'a/b' },
    { 'x-h': 'user@evil.example' },
    { 'x-h': 'one.example, two.example' },
    { 'x-h': 'a b' },
    { 'x-n': 'x' },
    { 'x-n': '-1' },
    { 'x-n': '443, 443' },
  ])('%j makes none', (headers) => {
    expect(origin(headers)).toBeUndefined()
  })
})

test('the host is that which the browser sees', () => {
  const host = (headers: Record<string, string>): string | undefined =>
    requestHost((name) => headers[name], all)
  expect(host({ host: 'inner', 'x-h': 'app.example', 'x-n': '8443' })).toBe('app.example:8443')
  expect(host({ host: 'inner:3000' })).toBe('inner:3000')
  expect(host({ host: 'inner', 'x-h': 'a/b' })).toBeUndefined()
})
