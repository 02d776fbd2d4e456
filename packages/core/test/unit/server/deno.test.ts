import { AsyncLocalStorage } from 'node:async_hooks'
import { Server, createServer } from 'node:http'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { beginRequestsAtBoot } from '../../../src/server/deno.ts'

const { emit } = Server.prototype

test('on other runtimes servers stay as they are', () => {
  beginRequestsAtBoot()
  expect(Server.prototype.emit).toBe(emit)
})

test('on Deno a request begins at boot, whatever context its server is in', () => {
  Object.defineProperty(process.versions, 'deno', { value: '2.9.5', configurable: true })
  onTestFinished(() => {
    Reflect.deleteProperty(process.versions, 'deno')
    Server.prototype.emit = emit
  })
  beginRequestsAtBoot()
  const once = Server.prototype.emit
  beginRequestsAtBoot()
  expect(Server.prototype.emit).toBe(once)

  const storage = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const server = createServer((...args) => seen.push(storage.getStore(), ...args))
  const heard = storage.run('an earlier request', () => server.emit('request', 'in', 'out'))
  expect(seen).toEqual([undefined, 'in', 'out'])
  expect([heard, server.emit('nobody listens')]).toEqual([true, false])
})
