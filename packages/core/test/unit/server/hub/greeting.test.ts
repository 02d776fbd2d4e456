import { describe, expect, test } from 'vitest'
import { whoAmI } from '../../../../src/client/tabs/who-am-i.ts'
import type { ClientTransport } from '../../../../src/client/transport.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { memory } from '../../../../src/server/memory/index.ts'

const hubOf = () =>
  createHub<{ user?: string }>({ engine: memory(), user: ({ user }) => user && { id: user } })

/** What the hub says on a connection. */
async function say(user: string | undefined, greeting: string): Promise<string[]> {
  const said: string[] = []
  const connection = (await hubOf().connect({ ...(user && { user }) }))({
    duplex: true,
    send: (message) => void said.push(message),
    bufferedAmount: () => 0,
    onDrain() {},
    close() {},
  })
  connection.received(greeting)
  await new Promise((resolve) => setTimeout(resolve, 5))
  connection.closed()
  return said
}

/** A transport to a hub, by POSTs or by connections. */
function transportOf(user: string | undefined, posts: boolean): ClientTransport {
  return {
    name: 'fake',
    open({ greeting, onMessage }) {
      void say(user, greeting).then(([first = '']) => onMessage(first))
      return { send() {}, close() {} }
    },
    post: posts
      ? (_url, body) => hubOf().post({ ...(user && { user }) }, body, AbortSignal.timeout(5_000))
      : undefined,
  }
}

const ask = (user: string | undefined, posts = true): Promise<string | undefined> =>
  whoAmI(transportOf(user, posts), '/realtime', AbortSignal.timeout(5_000))

describe('who a client is (rule 17)', () => {
  test('is the same on every process and connection, and another for everybody', async () => {
    const names = await Promise.all([ask('ada'), ask('bob'), ask(undefined), ask('nobody')])
    expect(new Set(names).size).toBe(4)
    expect(await Promise.all([ask('ada'), ask('ada', false)])).toEqual([names[0], names[0]])
    expect(names.join('')).not.toContain('ada')
  })

  test('who means to be somebody else is told, on a connection and by POST', async () => {
    const u = await ask('ada')
    const hi = JSON.stringify({ hi: { v: 1, u } })
    const pub = JSON.stringify({ id: 1, pub: { ch: 'log', k: 'k' } })
    expect(await say('bob', hi)).toEqual(['{"bye":{"code":4203}}'])
    const post = (user: string): Promise<string> =>
      hubOf().post({ user }, `${hi}\n${pub}`, AbortSignal.timeout(5_000))
    expect(await post('bob')).toBe('{"bye":{"code":4203}}')
    expect(await post('ada')).toContain('"err":{"code":"unknown"')
  })

  test('a server of the version before does not say, and that is no fault', async () => {
    const old: ClientTransport = { ...transportOf('ada', true), post: async () => '' }
    expect(await whoAmI(old, '/realtime', AbortSignal.timeout(5_000))).toBe(undefined)
  })
})
