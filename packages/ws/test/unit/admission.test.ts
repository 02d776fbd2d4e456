import { closeConnections } from '@kitrt/core/server'
import { expect, onTestFinished, test } from 'vitest'
import { reopen } from '../../../core/test/unit/server/reopen.ts'
import { admit, refuseAdmission } from '../../src/admission.ts'

const status = (
  route: string,
  address: string | undefined,
  limits: Parameters<typeof refuseAdmission>[2],
): number | undefined => refuseAdmission(route, address, limits)?.status

test('so many of a route, and of an address, until they leave; leaving twice is leaving once', () => {
  const limits = { maxConnections: 3, maxConnectionsPerAddress: 2 }
  expect(status('/a', '::1', limits)).toBeUndefined()
  const [one, two] = [admit('/a', '::1'), admit('/a', '::1')]
  expect(status('/a', '::1', limits)).toBe(429)
  expect(status('/a', '::2', limits)).toBeUndefined()
  expect(status('/b', '::1', limits)).toBeUndefined()
  const three = admit('/a', '::2')
  expect(status('/a', '::3', limits)).toBe(503)
  one()
  one()
  expect(status('/a', '::1', limits)).toBeUndefined()
  expect(status('/a', '::3', { maxConnections: 2 })).toBe(503)
  two()
  three()
  expect(status('/a', '::1', { maxConnections: 1, maxConnectionsPerAddress: 1 })).toBeUndefined()
})

test('an address that is not known is not counted against anybody', () => {
  const leaves = [admit('/c', undefined), admit('/c', undefined)]
  expect(status('/c', undefined, { maxConnectionsPerAddress: 1 })).toBeUndefined()
  for (const leave of leaves) leave()
})

test('who is refused is told when to come back', () => {
  const leave = admit('/d')
  const refusal = refuseAdmission('/d', undefined, { maxConnections: 1 })
  expect(refusal?.headers.get('retry-after')).toBe('5')
  leave()
})

test('a server that is about to stop takes nobody', () => {
  closeConnections()
  onTestFinished(reopen)
  const refusal = refuseAdmission('/e', undefined, {})
  expect([refusal?.status, refusal?.headers.get('retry-after')]).toEqual([503, '5'])
})
