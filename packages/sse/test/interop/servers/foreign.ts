// Streams that are not ours, on Bun: bun --conditions=svelte servers/foreign.ts
// Each counts from where its client was, without an end; its data is JSON.
import { setTimeout } from 'node:timers/promises'
import { initTRPC, tracked } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { createResponse } from 'better-sse'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { produce } from 'sveltekit-sse'

/** sveltekit-sse's own types do not resolve. */
type SveltekitEmit = (event: string, data: string) => { error: unknown }

/** From `lastEventId` on, until somebody has left. */
async function* counting(lastEventId: string | undefined, left: () => boolean) {
  for (let count = Number(lastEventId ?? 0) + 1; !left(); count++) {
    yield count
    await setTimeout(5)
  }
}

const trpc = initTRPC.create()
const router = trpc.router({
  count: trpc.procedure
    .input((input) => input as { lastEventId?: string } | undefined)
    .subscription(async function* ({ input, signal }) {
      for await (const count of counting(input?.lastEventId, () => signal?.aborted === true)) {
        yield tracked(String(count), { count })
      }
    }),
})

const app = new Hono()
  .get('/better-sse', ({ req }) =>
    createResponse(req.raw, (session) => {
      const id = session.lastId || undefined
      void (async () => {
        for await (const count of counting(id, () => !session.isConnected)) {
          session.push({ count }, 'count', String(count))
        }
      })()
    }),
  )
  .get('/hono', (context) =>
    streamSSE(context, async (stream) => {
      const id = context.req.header('last-event-id')
      for await (const count of counting(id, () => stream.aborted)) {
        await stream.writeSSE({ event: 'count', data: `{\n"count": ${count}}`, id: String(count) })
      }
    }),
  )
  .get('/trpc/*', ({ req }) =>
    fetchRequestHandler({ endpoint: '/trpc', req: req.raw, router, createContext: () => ({}) }),
  )
  .get('/sveltekit-sse', () =>
    produce(async ({ emit }: { emit: SveltekitEmit }) => {
      for await (const count of counting(undefined, () => false)) {
        if (emit('count', JSON.stringify({ count })).error) return
      }
    }),
  )

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch })
console.log(`http://127.0.0.1:${server.port}`)
