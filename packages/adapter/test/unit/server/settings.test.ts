import { describe, expect, test } from 'vitest'
import { limitBody, parseBytes } from '../../../src/server/body-limit.ts'
import { readSettings } from '../../../src/server/settings.ts'
import { variables } from '../../../src/server/variables.ts'

describe('readSettings', () => {
  const defaults = {
    host: '0.0.0.0',
    port: 3000,
    socketPath: undefined,
    fd: undefined,
    idleTimeout: 0,
    keepAliveTimeout: undefined,
    headersTimeout: undefined,
    shutdownTimeout: 30,
    shutdownDelay: 0,
    requestLog: false,
    bodySizeLimit: 512 * 1024,
    origin: undefined,
    protocolHeader: undefined,
    hostHeader: undefined,
    portHeader: undefined,
    addressHeader: undefined,
    xffDepth: 1,
    notices: [],
  }

  test('has a default for everything, also for what is empty', () => {
    expect(readSettings({})).toMatchObject(defaults)
    const empty = Object.fromEntries(variables.map((name) => [name, '']))
    expect(readSettings({ ...empty, LISTEN_FDS: '' })).toMatchObject(defaults)
  })

  test('takes the name of a header in any letters', () => {
    expect(readSettings({ ADDRESS_HEADER: 'X-Real-IP' }).addressHeader).toBe('x-real-ip')
    expect(readSettings({ PROTOCOL_HEADER: 'X-Forwarded-Proto' }).protocolHeader).toBe(
      'x-forwarded-proto',
    )
  })

  test.each([
    ['PORT', 'http', "PORT must be a number from 0 to 65535, got 'http'."],
    ['PORT', '65536', "PORT must be a number from 0 to 65535, got '65536'."],
    ['PORT', '-1', "PORT must be a number from 0 to 65535, got '-1'."],
    ['PORT', '80.5', "PORT must be a number from 0 to 65535, got '80.5'."],
    ['XFF_DEPTH', '0', "XFF_DEPTH must be a number of proxies, 1 or more, got '0'."],
    ['SHUTDOWN_TIMEOUT', 'soon', "SHUTDOWN_TIMEOUT must be a number of seconds, got 'soon'."],
    // A timer of so long would fire at once.
    ['SHUTDOWN_TIMEOUT', '2147483648', "SHUTDOWN_TIMEOUT must be a number of seconds, got '2147"],
    ['SHUTDOWN_TIMEOUT', 'Infinity', "SHUTDOWN_TIMEOUT must be a number of seconds, got 'Inf"],
    ['SHUTDOWN_DELAY', '-1', "SHUTDOWN_DELAY must be a number of seconds, got '-1'."],
    ['IDLE_TIMEOUT', '1m', "IDLE_TIMEOUT must be a number of seconds, got '1m'."],
    ['KEEP_ALIVE_TIMEOUT', 'x', "KEEP_ALIVE_TIMEOUT must be a number of seconds, got 'x'."],
    ['HEADERS_TIMEOUT', 'x', "HEADERS_TIMEOUT must be a number of seconds, got 'x'."],
    ['PROTOCOL_HEADER', 'a b', "PROTOCOL_HEADER must be the name of a header, got 'a b'."],
    ['HOST_HEADER', 'a:', "HOST_HEADER must be the name of a header, got 'a:'."],
    ['PORT_HEADER', '(', "PORT_HEADER must be the name of a header, got '('."],
    ['ADDRESS_HEADER', 'ä', "ADDRESS_HEADER must be the name of a header, got 'ä'."],
    [
      'ORIGIN',
      'app.example',
      "ORIGIN must be an origin such as 'https://app.example', got 'app.ex",
    ],
    ['ORIGIN', 'https://a.example/b', 'ORIGIN must be an origin'],
    ['ORIGIN', 'ftp://a.example', 'ORIGIN must be an origin'],
    ['REQUEST_LOG', 'yes', "REQUEST_LOG must be 'json', got 'yes'."],
    [
      'BODY_SIZE_LIMIT',
      'big',
      "BODY_SIZE_LIMIT must be a size such as '512K' or 'Infinity', got 'big'.",
    ],
  ])('%s=%s is said to make no sense', (name, value, message) => {
    expect(() => readSettings({ [name]: value })).toThrow(message)
  })
})

describe('ORIGIN', () => {
  test.each(['https://app.example', 'https://app.example/', 'HTTPS://APP.example:443'])(
    '%s is https://app.example',
    (origin) => {
      expect(readSettings({ ORIGIN: origin }).origin).toBe('https://app.example')
    },
  )

  test('stands behind paths.origin, with which SvelteKit compares', () => {
    const pathsOrigin = 'https://one.example'
    expect(readSettings({ ORIGIN: 'https://two.example' }, { pathsOrigin }).origin).toBe(
      pathsOrigin,
    )
  })
})

describe('envPrefix', () => {
  test('stands before every name, and a name without it counts for nothing', () => {
    const env = { APP_PORT: '4000', PORT: '5000', HOST: 'example.com' }
    expect(readSettings(env, { envPrefix: 'APP_' })).toMatchObject({ port: 4000, host: '0.0.0.0' })
    expect(() => readSettings({ APP_PORT: 'x' }, { envPrefix: 'APP_' })).toThrow('APP_PORT must be')
  })

  test('a name that begins with it and is none of ours is a mistake', () => {
    expect(() => readSettings({ APP_PROT: '1' }, { envPrefix: 'APP_' })).toThrow(
      "APP_PROT is no variable of the server. With envPrefix 'APP_' there are: APP_ADDRESS_HEADER, ",
    )
  })
})

describe('socket activation', () => {
  const env = { LISTEN_FDS: '1', LISTEN_PID: '7' }

  test('is the socket behind stderr', () => {
    expect(readSettings(env, { pid: 7 }).fd).toBe(3)
    // systemd gives the PID to whom it starts; docker and others hand sockets over without it.
    expect(readSettings({ LISTEN_FDS: '1' }, { pid: 7 }).fd).toBe(3)
  })

  test.each([
    [{ LISTEN_FDS: '2', LISTEN_PID: '7' }, 'LISTEN_FDS must be 1'],
    [{ LISTEN_FDS: '1', LISTEN_PID: '8' }, 'LISTEN_FDS is for the process 8, and this is 7.'],
  ])('%j is a mistake', (mistaken, message) => {
    expect(() => readSettings(mistaken, { pid: 7 })).toThrow(message)
  })

  test.each(['Bun', 'Deno'] as const)('%s says that it cannot', (runtime) => {
    expect(() => readSettings(env, { pid: 7, runtime })).toThrow(
      `LISTEN_FDS is set, but ${runtime} cannot serve a socket that systemd has opened.`,
    )
  })
})

describe('what a runtime cannot do is said', () => {
  const env = { KEEP_ALIVE_TIMEOUT: '5', HEADERS_TIMEOUT: '5' }

  test.each(['Bun', 'Deno'] as const)('on %s', (runtime) => {
    expect(readSettings(env, { runtime }).notices).toEqual([
      `KEEP_ALIVE_TIMEOUT is for Node: the server of ${runtime} has no such setting.`,
      `HEADERS_TIMEOUT is for Node: the server of ${runtime} has no such setting.`,
    ])
  })

  test('and nothing where it can', () => {
    expect(readSettings(env).notices).toEqual([])
    expect(readSettings({ IDLE_TIMEOUT: '5', LISTEN_FDS: '1' }).notices).toEqual([])
  })

  test('IDLE_TIMEOUT is for sockets that systemd has opened', () => {
    expect(readSettings({ IDLE_TIMEOUT: '5' }).notices[0]).toContain('IDLE_TIMEOUT counts for')
  })
})

test.each([
  ['0', 0],
  ['512', 512],
  ['512K', 524_288],
  ['10m', 10_485_760],
  ['1G', 1_073_741_824],
  [' 5 ', 5],
  ['Infinity', Infinity],
  ['', NaN],
  ['K', NaN],
  ['-1', NaN],
  ['1.5M', NaN],
  ['1T', NaN],
])('%s is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

describe('limitBody', () => {
  const post = (body: string, headers: HeadersInit = {}): Request =>
    new Request('http://app.example/', { method: 'POST', body, headers })

  test('lets through what is within the limit', async () => {
    expect(await limitBody(post('12345'), 5).text()).toBe('12345')
    expect(await limitBody(new Request('http://app.example/'), 0).text()).toBe('')
    expect(await limitBody(post('x'.repeat(9)), Infinity).text()).toHaveLength(9)
  })

  test('ends with a 413 at the limit', async () => {
    await expect(limitBody(post('123456'), 5).text()).rejects.toMatchObject({ status: 413 })
  })

  test('does not read what says itself that it is over the limit', async () => {
    await expect(limitBody(post('1', { 'content-length': '6' }), 5).text()).rejects.toMatchObject({
      status: 413,
    })
  })
})
