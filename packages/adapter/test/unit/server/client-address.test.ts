import { expect, test } from 'vitest'
import { clientAddress } from '../../../src/server/client-address.ts'

const address = (
  headers: Record<string, string>,
  settings: { addressHeader?: string; xffDepth?: number } = {},
): string =>
  clientAddress(
    (name) => headers[name],
    () => '192.0.2.1',
    { addressHeader: undefined, xffDepth: 1, envPrefix: '', ...settings },
  )

test('without ADDRESS_HEADER it is that of the connection, whatever a client says', () => {
  expect(address({ 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9' })).toBe(
    '192.0.2.1',
  )
})

test('with it, it is what the proxy says', () => {
  expect(address({ 'x-real-ip': '203.0.113.9' }, { addressHeader: 'x-real-ip' })).toBe(
    '203.0.113.9',
  )
})

test.each([
  [1, '203.0.113.3'],
  [2, '203.0.113.2'],
  [3, 'forged'],
])('XFF_DEPTH=%s counts from the right', (xffDepth, expected) => {
  const headers = { 'x-forwarded-for': 'forged, 203.0.113.2,203.0.113.3' }
  expect(address(headers, { addressHeader: 'x-forwarded-for', xffDepth })).toBe(expected)
})

test('a request that came by the proxy is a fault of the settings', () => {
  const settings = { addressHeader: 'x-forwarded-for', xffDepth: 2 }
  expect(() => address({}, settings)).toThrow('ADDRESS_HEADER=x-forwarded-for is absent')
  expect(() => address({ 'x-forwarded-for': '203.0.113.3' }, settings)).toThrow('XFF_DEPTH=2')
})
