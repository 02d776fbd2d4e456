import { describe, expect, test, vi } from 'vitest'
import { asksForWebSocket, examine } from '../../src/handshake.ts'
import { nameOrigins } from '../../src/route-origins.ts'

describe('asksForWebSocket', () => {
  const asks = (upgrade: string | null | undefined, connection?: string): boolean =>
    asksForWebSocket((name) => ({ upgrade, connection })[name])

  test.each(['websocket', 'WebSocket', 'WEBSOCKET'])('%s asks for one', (upgrade) => {
    expect(asks(upgrade, 'Upgrade')).toBe(true)
    expect(asks(upgrade, 'keep-alive, upgrade')).toBe(true)
  })

  test.each(['h2c', 'websocket2', 'h2c, websocket', '', null, undefined])(
    '%s asks for none',
    (upgrade) => {
      expect(asks(upgrade, 'upgrade')).toBe(false)
    },
  )

  test.each([undefined, '', 'close', 'upgraded', 'keep-alive'])(
    'nor does a request whose Connection is %s',
    (connection) => {
      expect(asks('websocket', connection)).toBe(false)
    },
  )
})

const good: Record<string, string | undefined> = {
  host: 'example.com',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

const ask = (
  headers: Record<string, string | undefined> = {},
  { method = 'GET', allowed = () => true }: { method?: string; allowed?: () => boolean } = {},
): Response | undefined => {
  const all = { ...good, ...headers }
  const door = examine(method, (name) => all[name], allowed)
  if (door instanceof Response) return door
  expect(door).toEqual({ foreign: false })
  return undefined
}

describe('examine', () => {
  test('a request as RFC 6455 wants it may go on', () => {
    expect(ask()).toBeUndefined()
  })

  test.each(['POST', 'HEAD', 'OPTIONS', 'get'])('%s is refused with 405 and Allow', (method) => {
    const response = ask({}, { method })
    expect(response?.status).toBe(405)
    expect(response?.headers.get('allow')).toBe('GET')
  })

  test.each([undefined, '', '8', '13, 8', '013'])(
    'version %s is refused with 426, and told which one is spoken',
    (version) => {
      const response = ask({ 'sec-websocket-version': version })
      expect(response?.status).toBe(426)
      expect(response?.headers.get('sec-websocket-version')).toBe('13')
      expect(response?.headers.get('upgrade')).toBe('websocket')
    },
  )

  test.each([
    ['no key', undefined],
    ['an empty key', ''],
    ['a key of 15 bytes', 'dGhlIHNhbXBsZSBub24='],
    ['a key of 18 bytes', 'dGhlIHNhbXBsZSBub25jZTEy'],
    ['a key in URL-safe Base64', 'dGhlIHNhbXBsZSBub-_jZQ=='],
    ['two keys', 'dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=='],
    ['a key with a line break', 'dGhlIHNhbXBsZSBub25jZQ==\n'],
  ])('%s is refused with 400', (_, key) => {
    expect(ask({ 'sec-websocket-key': key })?.status).toBe(400)
  })

  test.each([
    undefined,
    '',
    'example.com, evil.example',
    'a b',
    'a/path',
    'user@a',
    'a#b',
    'a?b',
    'a\\b',
    '[::1',
    'a:b',
  ])('the Host %s is refused with 400', (host) => {
    expect(ask({ host })?.status).toBe(400)
  })

  test.each([
    { 'content-length': '5' },
    { 'content-length': 'x' },
    { 'transfer-encoding': 'chunked' },
  ])('a request with content (%o) is refused with 400', (headers) => {
    expect(ask(headers)?.status).toBe(400)
  })

  test.each([undefined, '0'])('one whose content has no length (%s) may go on', (length) => {
    expect(ask({ 'content-length': length })).toBeUndefined()
  })

  test.each(['', 'a b', 'a,', ',a', 'a,,b', '"a"', 'a/b', 'a, b, a', 'ü'])(
    'the subprotocols "%s" are refused with 400',
    (offered) => {
      expect(ask({ 'sec-websocket-protocol': offered })?.status).toBe(400)
    },
  )

  test.each(['a', 'a,b', 'a , b', "!#$%&'*+-.^_`|~09azAZ", 'graphql-transport-ws, v10.stomp'])(
    'the subprotocols "%s" may go on',
    (offered) => {
      expect(ask({ 'sec-websocket-protocol': offered })).toBeUndefined()
    },
  )

  test.each(['example.com:8080', '127.0.0.1', '[::1]:3000', 'münchen.example', 'localhost'])(
    'the Host %s may go on',
    (host) => {
      expect(ask({ host })).toBeUndefined()
    },
  )

  test('a request without an Origin, as programs send it, is not checked', () => {
    const allowed = vi.fn<() => boolean>(() => false)
    expect(ask({}, { allowed })).toBeUndefined()
    expect(allowed).not.toHaveBeenCalled()
  })

  test('an Origin goes to the check, with the Host', () => {
    const allowed = vi.fn<(origin: string, host: string) => boolean>(() => true)
    expect(ask({ origin: 'https://example.com' }, { allowed: allowed as never })).toBeUndefined()
    expect(allowed.mock.calls).toEqual([['https://example.com', 'example.com']])
  })

  test.each(['https://evil.example', 'null', ''])(
    'the Origin "%s", if not allowed, is refused with 403',
    (origin) => {
      expect(ask({ origin }, { allowed: () => false })?.status).toBe(403)
    },
  )

  test('a foreign Origin that some route names may go on to its route, which is told', () => {
    nameOrigins(['https://partner.example'])
    const all = { ...good, origin: 'https://partner.example' } as Record<string, string>
    expect(
      examine(
        'GET',
        (name) => all[name],
        () => false,
      ),
    ).toEqual({ foreign: true })
  })

  test('the Origin is compared with the host that a proxy says, where there is one', () => {
    const all = { ...good, origin: 'https://app.example', 'x-forwarded-host': 'app.example' }
    const allowed = vi.fn<(origin: string, host: string) => boolean>(() => true)
    examine(
      'GET',
      (name) => (all as Record<string, string>)[name],
      allowed,
      (header) => header('x-forwarded-host') ?? undefined,
    )
    expect(allowed).toHaveBeenCalledWith('https://app.example', 'app.example')
  })

  test('a malformed request is refused before its Origin is checked', () => {
    const allowed = vi.fn<() => boolean>(() => false)
    ask({ origin: 'https://evil.example', 'sec-websocket-key': 'x' }, { allowed })
    expect(allowed).not.toHaveBeenCalled()
  })

  test('a refusal is plain text that says why', async () => {
    const response = ask({ 'sec-websocket-key': undefined })
    expect(response?.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response?.text()).toBe('Sec-WebSocket-Key is missing or malformed.')
  })
})
