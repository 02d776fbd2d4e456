import { describe, expect, test } from 'vitest'
import { createOriginCheck } from '../../src/origin.ts'

describe('without options the Origin is compared with the Host', () => {
  const allowed = createOriginCheck()

  test.each([
    ['https://example.com', 'example.com', 'the same host'],
    ['http://example.com', 'example.com', 'behind a proxy that ends TLS, or without TLS'],
    ['http://localhost:5173', 'localhost:5173', 'a port that is not the default'],
    ['https://example.com', 'example.com:443', 'a default port that only the Host names'],
    ['http://example.com', 'example.com:80', 'a default port that only the Host names'],
    ['https://EXAMPLE.com', 'example.com', 'uppercase in the Origin'],
    ['https://example.com', 'EXAMPLE.COM', 'uppercase in the Host'],
    ['http://[::1]:3000', '[::1]:3000', 'IPv6'],
    ['http://[::1]:3000', '[0:0:0:0:0:0:0:1]:3000', 'IPv6 in another spelling'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000', 'IPv4'],
    ['https://xn--bcher-kva.example', 'xn--bcher-kva.example', 'an international name'],
  ])('%s may open sockets of %s: %s', (origin, host) => {
    expect(allowed(origin, host)).toBe(true)
  })

  test.each([
    ['https://evil.example', 'example.com', 'another host'],
    ['https://sub.example.com', 'example.com', 'a subdomain'],
    ['https://example.com', 'sub.example.com', 'the parent of a subdomain'],
    ['https://example.com.evil.example', 'example.com', 'a host that begins alike'],
    ['https://evilexample.com', 'example.com', 'a host that ends alike'],
    ['http://localhost:5174', 'localhost:5173', 'another port'],
    ['https://example.com:8443', 'example.com', 'a port that the Host does not name'],
    ['http://example.com', 'example.com:443', 'the default port of the other scheme'],
    ['null', 'example.com', 'a sandboxed page'],
    ['null', 'null', 'a sandboxed page and a Host that is named like it'],
    ['', 'example.com', 'nothing'],
    ['example.com', 'example.com', 'no scheme'],
    ['garbage', 'garbage', 'no URL'],
    ['https://example.com/', 'example.com', 'a path'],
    ['https://example.com/chat', 'example.com', 'a longer path'],
    ['https://user@example.com', 'example.com', 'a user'],
    ['https://example.com, https://evil.example', 'example.com', 'two origins in one'],
    ['https://example.com https://evil.example', 'example.com', 'two origins in a list'],
    ['file://', 'example.com', 'a file'],
    ['chrome-extension://abcdef', 'abcdef', 'an extension'],
    ['https://example.com', '', 'no Host'],
    ['https://example.com', 'exa mple.com', 'a Host that is none'],
    ['http://[::1]:3000', '[::2]:3000', 'another IPv6 address'],
  ])('%s may not open sockets of %s: %s', (origin, host) => {
    expect(allowed(origin, host)).toBe(false)
  })
})

describe('self', () => {
  const allowed = createOriginCheck({ self: 'https://example.com' })

  test('is compared instead of the Host, which a proxy may have changed', () => {
    expect(allowed('https://example.com', '10.0.0.7:3000')).toBe(true)
  })

  test('is compared with its scheme and its port', () => {
    expect(allowed('http://example.com', 'example.com')).toBe(false)
    expect(allowed('https://example.com:8443', 'example.com')).toBe(false)
  })

  test('leaves no way in by a Host that equals a foreign Origin', () => {
    expect(allowed('https://evil.example', 'evil.example')).toBe(false)
  })
})

describe('trusted', () => {
  const trusted = ['https://app.example', 'http://localhost:5173']

  test.each(trusted)('%s may open sockets of any Host', (origin) => {
    expect(createOriginCheck({ trusted })(origin, 'api.example')).toBe(true)
    expect(createOriginCheck({ trusted, self: 'https://api.example' })(origin, 'x')).toBe(true)
  })

  test.each(['http://app.example', 'https://app.example:444', 'https://sub.app.example', 'null'])(
    '%s, which is only alike, may not',
    (origin) => {
      expect(createOriginCheck({ trusted })(origin, 'api.example')).toBe(false)
    },
  )

  test("the word 'null' in the list trusts no sandboxed page", () => {
    expect(createOriginCheck({ trusted: ['null'] })('null', 'api.example')).toBe(false)
  })

  test('does not shut the app itself out', () => {
    expect(createOriginCheck({ trusted })('https://api.example', 'api.example')).toBe(true)
    const withSelf = createOriginCheck({ trusted, self: 'https://api.example' })
    expect(withSelf('https://api.example', 'api.example')).toBe(true)
  })

  test.each(['https://anywhere.example', 'http://localhost:1', 'null'])(
    'an asterisk in the list lets %s in, as everywhere else in SvelteKit',
    (origin) => {
      expect(createOriginCheck({ trusted: ['*'] })(origin, 'api.example')).toBe(true)
      const withSelf = createOriginCheck({ trusted: ['*'], self: 'https://api.example' })
      expect(withSelf(origin, 'api.example')).toBe(true)
    },
  )
})
