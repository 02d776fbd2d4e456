// @vitest-environment node
import type { RequestEvent } from '@sveltejs/kit'
import { get } from 'svelte/store'
import { afterEach, describe, expect, test } from 'vitest'
import { readable, writable } from '../../../src/index.ts'
import { handle } from '../../../src/server/index.ts'
import { setRequestEvent } from '../app-server.ts'
import { readBlock } from '../read-block.ts'

afterEach(() => {
  setRequestEvent(undefined)
})

type Resolve = Parameters<typeof handle>[0]['resolve']

const createEvent = (own: Partial<RequestEvent> = {}): RequestEvent =>
  ({ locals: {}, isSubRequest: false, ...own }) as RequestEvent

const ok = (): Response => new Response('ok')

/** Answers a request with `work`, and gives the page that comes of it. */
async function page(work: () => unknown, html = '<head></head><body></body>'): Promise<string> {
  const response = await handle({
    event: createEvent(),
    async resolve(_event, { transformPageChunk } = {}) {
      await work()
      return new Response(transformPageChunk!({ html, done: true }))
    },
  })
  return response.text()
}

describe('handle', () => {
  test('passes the event on, and gives the answer back', async () => {
    const event = createEvent()
    const answer = ok()
    let passed: RequestEvent | undefined
    const response = await handle({
      event,
      resolve(given) {
        passed = given
        return answer
      },
    })
    expect(passed).toBe(event)
    expect(response).toBe(answer)
  })

  test('what resolve throws is thrown', async () => {
    const resolve: Resolve = () => Promise.reject(new Error('redirect'))
    await expect(handle({ event: createEvent(), resolve })).rejects.toThrow('redirect')
  })

  test('each of many requests at once has its own stores', async () => {
    const user = writable('nobody')
    const serve = async (name: string): Promise<string> => {
      let seen = ''
      await handle({
        event: createEvent(),
        async resolve() {
          expect(get(user)).toBe('nobody')
          user.set(name)
          await new Promise((next) => setImmediate(next))
          seen = get(user)
          return ok()
        },
      })
      return seen
    }
    const names = Array.from({ length: 100 }, (_, index) => `user ${index}`)
    expect(await Promise.all(names.map((name) => serve(name)))).toEqual(names)
  })

  test('a request that begins inside of another one has its own stores all the same', async () => {
    const user = writable('nobody')
    let inner: string | undefined
    await handle({
      event: createEvent(),
      async resolve() {
        user.set('ada')
        await handle({
          event: createEvent(),
          resolve() {
            inner = get(user)
            user.set('bob')
            return ok()
          },
        })
        expect(get(user)).toBe('ada')
        return ok()
      },
    })
    expect(inner).toBe('nobody')
  })

  test('a sub-request by event.fetch shares the stores of its parent', async () => {
    const user = writable('nobody')
    let inner: string | undefined
    await handle({
      event: createEvent(),
      async resolve() {
        user.set('ada')
        await handle({
          event: createEvent({ isSubRequest: true }),
          resolve() {
            inner = get(user)
            user.set('changed')
            return ok()
          },
        })
        expect(get(user)).toBe('changed')
        return ok()
      },
    })
    expect(inner).toBe('ada')
  })

  test('a sub-request without a parent has its own', async () => {
    const user = writable('nobody')
    let seen: string | undefined
    await handle({
      event: createEvent({ isSubRequest: true }),
      resolve() {
        seen = get(user)
        return ok()
      },
    })
    expect(seen).toBe('nobody')
  })

  test('a store is found by the event where the asynchronous context was lost', async () => {
    const user = writable('nobody')
    const event = createEvent()
    await handle({
      event,
      resolve() {
        user.set('ada')
        return ok()
      },
    })
    setRequestEvent(event)
    expect(get(user)).toBe('ada')
  })
})

describe('the page', () => {
  test('carries the keyed stores that were used, with their last values', async () => {
    const used = writable('initial', { key: 'page.used' })
    const read = readable(7, { key: 'page.read' })
    writable('never used', { key: 'page.unused' })
    const html = await page(() => {
      used.set('last')
      get(read)
    })
    expect(readBlock(html)).toEqual({ 'page.used': 'last', 'page.read': 7 })
  })

  test('carries nothing of a store without a key', async () => {
    const secret = writable('secret')
    expect(await page(() => secret.set('still secret'))).toBe('<head></head><body></body>')
  })

  test('carries nothing of another request', async () => {
    const user = writable('nobody', { key: 'page.user' })
    await page(() => user.set('ada'))
    expect(await page(() => {})).not.toContain('ada')
    expect(readBlock(await page(() => get(user)))).toEqual({ 'page.user': 'nobody' })
  })

  test('carries a value that was set after the store was first used', async () => {
    const count = writable(0, { key: 'page.count' })
    const html = await page(async () => {
      get(count)
      await Promise.resolve()
      count.set(1)
    })
    expect(readBlock(html)).toEqual({ 'page.count': 1 })
  })

  test('carries what the start of a readable has set', async () => {
    const time = readable(0, (set) => set(5), { key: 'page.time' })
    expect(readBlock(await page(() => get(time)))).toEqual({ 'page.time': 5 })
  })
})

describe('a streamed page', () => {
  /** A page that goes on after its head, as SvelteKit sends one with promises in it. */
  async function streamed(work: () => unknown, late: () => unknown): Promise<string> {
    const response = await handle({
      event: createEvent(),
      async resolve(_event, { transformPageChunk } = {}) {
        await work()
        const head = transformPageChunk!({ html: '<head></head><body></body>', done: true })
        const body = new ReadableStream<Uint8Array>({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode(head))
            await late()
            controller.enqueue(new TextEncoder().encode('<script>late()</script>'))
            controller.close()
          },
        })
        return new Response(body, { headers: { 'content-type': 'text/html' } })
      },
    })
    return response.text()
  }

  test('carries at its end what was written after its head, and nothing twice', async () => {
    const early = writable('a', { key: 'early' })
    const both = writable('a', { key: 'both' })
    const late = writable('a', { key: 'late' })
    const html = await streamed(
      () => {
        early.set('b')
        both.set('b')
      },
      async () => {
        await Promise.resolve()
        both.set('c')
        late.set('d')
      },
    )
    expect(readBlock(html)).toEqual({ early: 'b', both: 'b' })
    expect(readBlock(html, 'kitrt-stores-late')).toEqual({ both: 'c', late: 'd' })
    expect(html.indexOf('kitrt-stores-late')).toBeGreaterThan(html.indexOf('late()'))
  })

  test('carries nothing more where nothing was written', async () => {
    const count = writable(0, { key: 'count-once' })
    const html = await streamed(
      () => count.set(1),
      () => {},
    )
    expect(html).not.toContain('kitrt-stores-late')
  })
})
