import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { Server, createServer } from 'node:http'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { beginRequestsAtBoot } from '../../../src/server/deno.ts'
import { requestLife } from '../../../src/server/index.ts'
import type { RequestLife } from '../../../src/server/index.ts'

const { emit } = Server.prototype

test('on other runtimes servers stay as they are', () => {
  beginRequestsAtBoot()
  expect(Server.prototype.emit).toBe(emit)
})

test('on Deno a request begins at boot, whatever context its server is in, and ends with its response', async () => {
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
  let life: RequestLife | undefined
  const server = createServer((...args) => {
    life = requestLife()
    seen.push(storage.getStore(), ...args)
  })
  const response = new EventEmitter()
  const heard = storage.run('an earlier request', () => server.emit('request', 'in', response))
  expect(seen).toEqual([undefined, 'in', response])
  expect([heard, server.emit('nobody listens')]).toEqual([true, false])
  expect(life?.ended).toBe(false)
  response.emit('close')
  await Promise.resolve()
  expect(life?.ended).toBe(true)
})
