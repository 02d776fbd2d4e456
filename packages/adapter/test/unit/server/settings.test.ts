import { describe, expect, test } from 'vitest'
import { limitBody, parseBytes } from '../../../src/server/body-limit.ts'
import { readSettings } from '../../../src/server/settings.ts'

describe('readSettings', () => {
  const defaults = {
    host: '0.0.0.0',
    port: 3000,
    shutdownTimeout: 30,
    bodySizeLimit: 512 * 1024,
    addressHeader: undefined,
    xffDepth: 1,
  }

  test('has a default for everything, also for what is empty', () => {
    expect(readSettings({})).toMatchObject(defaults)
    expect(
      readSettings({ HOST: '', PORT: '', SHUTDOWN_TIMEOUT: '', BODY_SIZE_LIMIT: '' }),
    ).toMatchObject(defaults)
  })

  test('takes the name of a header in any letters', () => {
    expect(readSettings({ ADDRESS_HEADER: 'X-Real-IP' }).addressHeader).toBe('x-real-ip')
  })

  test.each([
    ['PORT', 'http', "PORT must be a number from 0 to 65535, got 'http'."],
    ['PORT', '65536', "PORT must be a number from 0 to 65535, got '65536'."],
    ['PORT', '-1', "PORT must be a number from 0 to 65535, got '-1'."],
    ['XFF_DEPTH', '0', "XFF_DEPTH must be a number of proxies, 1 or more, got '0'."],
    ['SHUTDOWN_TIMEOUT', 'soon', "SHUTDOWN_TIMEOUT must be a number of seconds, got 'soon'."],
    [
      'BODY_SIZE_LIMIT',
      'big',
      "BODY_SIZE_LIMIT must be a size such as '512K' or 'Infinity', got 'big'.",
    ],
  ])('%s=%s is said to make no sense', (name, value, message) => {
    expect(() => readSettings({ [name]: value })).toThrow(message)
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
