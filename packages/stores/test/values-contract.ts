import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { within } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { createChannelActs } from './browser/channel-acts.ts'

/** A live query of SvelteKit, as its client reads it. */
async function readQuery(server: RunningServer, name: string, room: string, user = 'ada') {
  const cookie = { cookie: `user=${user}` }
  const page = await fetch(`${server.url}/realtime/values/${room}`, { headers: cookie })
  const html = await page.text()
  // What a page of it carries: its id, and its argument.
  const [, id, argument] = new RegExp(`"(\\w+/${name})/([^"]*)"`).exec(html) ?? []
  expect(id, html).toBeDefined()
  const leaving = new AbortController()
  const query = new URLSearchParams({ payload: argument ?? '' })
  const response = await fetch(`${server.url}/_app/remote/${id}?${query}`, {
    headers: cookie,
    signal: leaving.signal,
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    html,
    leave: () => leaving.abort(),
    /** @returns what comes next: a value of the query, as SvelteKit writes it, or an error */
    async next(): Promise<{ type: string; result?: string } | undefined> {
      for (;;) {
        const [, data, rest] = /^data: (.*)\n\n([^]*)$/m.exec(text) ?? []
        if (data !== undefined) {
          text = rest ?? ''
          return JSON.parse(data)
        }
        const { value, done } = await within(reader.read(), 15_000, 'a value')
        if (done) return undefined
        text += value
      }
    },
  }
}

/** What a hub's `values()` do as a live query, on every runtime and in every mode. */
export function valuesContract(server: () => RunningServer): void {
  describe.each(['notesIn', 'countIn'])('%s', (name) => {
    test('rule 12: a live query has the state with the page, then each change, and ends when its reader leaves', async () => {
      const room = randomUUID()
      const { publish, counts } = createChannelActs(server().url, room)
      await publish('with the page')
      const query = await readQuery(server(), name, room)
      expect(query.html).toMatch(/data-testid="count"[^>]*>1</)
      expect(query.html).toContain('>with the page<')
      // The page's own reading is over.
      await counts({ channels: 1 })
      const first = await query.next()
      expect(first).toMatchObject({ type: 'result' })
      await publish('a change')
      const second = await query.next()
      expect(second).toMatchObject({ type: 'result' })
      expect(second?.result).not.toBe(first?.result)
      if (name === 'notesIn') expect(second?.result).toContain('a change')
      query.leave()
      // Nothing more is published: that it ends is not the next event's doing.
      await counts({ channels: 0 })
    })

    test('rule 12: the rule is asked before, and again', async () => {
      const room = `private ${randomUUID()}`
      const act = (what: string): Promise<Response> =>
        fetch(
          `${server().url}/realtime/act?${new URLSearchParams({ act: what, user: 'ada', room })}`,
        )
      const denied = await readQuery(server(), name, room, 'eve')
      expect(await denied.next()).toMatchObject({ type: 'error' })
      expect(await denied.next()).toBeUndefined()

      await act('join')
      const { publish, counts } = createChannelActs(server().url, room)
      const query = await readQuery(server(), name, room)
      expect(await query.next()).toMatchObject({ type: 'result' })
      await act('leave')
      await publish('secret')
      const last = await query.next()
      expect(last).toMatchObject({ type: 'error' })
      expect(JSON.stringify(last)).not.toContain('secret')
      expect(await query.next()).toBeUndefined()
      await counts({ channels: 0 })
    })
  })
}
