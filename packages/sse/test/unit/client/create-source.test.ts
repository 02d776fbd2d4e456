import type { ConnectionStatus } from '@kitrt/core/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Mock } from 'vitest'
import { createFakeReactivity } from '../../../../core/test/unit/client/fake-reactivity.ts'
import { createSource } from '../../../src/client/create-source.ts'
import type { Source, SourceOptions, StreamNews } from '../../../src/client/create-source.ts'
import { createSharedStream } from '../../../src/client/shared-stream.ts'
import type { SharedStream, SourceEnvironment } from '../../../src/client/shared-stream.ts'
import { createSharedStreams } from '../../../src/client/shared-streams.ts'
import { createFakeServer, settled } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

interface Setup extends FakeServer {
  source: Source
  effect: ReturnType<typeof createFakeReactivity>['effect']
  environment: SourceEnvironment
  /** Another source of the same page. */
  another(url: string, options?: SourceOptions): Source
}

function setup(options: SourceOptions = {}, page: Partial<SourceEnvironment> = {}): Setup {
  const server = createFakeServer()
  const { createSubscriber, effect } = createFakeReactivity()
  const environment: SourceEnvironment = {
    live: true,
    createSubscriber,
    fetch: server.fetch,
    page: undefined,
    ...page,
  }
  const share = createSharedStreams()
  const random = (): number => 1
  const another = (url: string, own: SourceOptions = {}): Source =>
    createSource(url, { random, ...own }, environment, (stream) =>
      share(stream, () => createSharedStream(stream, environment)),
    )
  return { ...server, source: another('/events', options), another, effect, environment }
}

const statusesOf = ({ mock }: Mock<(news: StreamNews) => void>): ConnectionStatus[] =>
  mock.calls.map(([{ status }]) => status)

/** Reads a selection, and gives what it has seen and how to leave. */
function read<T>(selection: { subscribe(run: (value: T) => void): () => void }) {
  const seen: T[] = []
  return { seen, leave: selection.subscribe((value) => void seen.push(value)) }
}

describe('select', () => {
  test("events without a name are under 'message', and so is a select without one", async () => {
    const { source, last } = setup()
    const named = read(source.select('message'))
    const unnamed = read(source.select())
    const other = read(source.select('other'))
    last().opens()
    await settled()
    last().sends('data: a\n\nevent: message\ndata: b\n\nevent: other\ndata: c\n\n')
    await settled()
    expect(named.seen).toEqual(['', 'a', 'b'])
    expect(unnamed.seen).toEqual(['', 'a', 'b'])
    expect(other.seen).toEqual(['', 'c'])
  })

  test('events that nobody has selected go by', async () => {
    const { source, last } = setup()
    const { seen } = read(source.select('tick'))
    last().opens()
    await settled()
    last().sends('event: __proto__\ndata: x\n\nevent: tick\ndata: y\n\n')
    await settled()
    expect(seen).toEqual(['', 'y'])
  })

  test('the same select twice is two selections, each with its own value', async () => {
    const { source, last } = setup()
    const first = read(source.select('tick'))
    last().opens()
    await settled()
    last().sends('event: tick\ndata: 1\n\n')
    await settled()
    const second = read(source.select('tick'))
    last().sends('event: tick\ndata: 2\n\n')
    await settled()
    expect(first.seen).toEqual(['', '1', '2'])
    expect(second.seen).toEqual(['', '2'])
  })

  test('json falls back, and transform goes on from there', async () => {
    const { source, last } = setup()
    const { seen } = read(
      source
        .select('n')
        .json<number>(({ previous = 0 }) => previous + 1)
        .transform((n = 0) => n * 2),
    )
    last().opens()
    await settled()
    last().sends('event: n\ndata: 5\n\nevent: n\ndata: {\n\n')
    await settled()
    expect(seen).toEqual([0, 10, 12])
  })
})

describe('the connection', () => {
  test('is made by the first reader only, and is one for all', () => {
    const { source, requests, effect } = setup()
    const tick = source.select('tick')
    const tock = source.select('tock')
    effect(() => void source.status)
    expect(requests).toHaveLength(0)
    read(tick)
    read(tock)
    read(tick.json())
    effect(() => void tock.current)
    expect(requests).toHaveLength(1)
  })

  test('leaving one selection leaves the others alone, and the last one closes', async () => {
    const { source, last } = setup()
    const tick = read(source.select('tick'))
    const same = read(source.select('tick'))
    const tock = read(source.select('tock'))
    last().opens()
    await settled()
    tick.leave()
    tick.leave()
    last().sends('event: tick\ndata: 1\n\nevent: tock\ndata: 2\n\n')
    await settled()
    expect(tick.seen).toEqual([''])
    expect(same.seen).toEqual(['', '1'])
    expect(tock.seen).toEqual(['', '2'])
    same.leave()
    expect(last().init.signal?.aborted).toBe(false)
    tock.leave()
    expect(last().init.signal?.aborted).toBe(true)
    expect(source.status).toBe('idle')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is made again by who comes after the last has left', () => {
    const { source, requests } = setup()
    read(source.select('tick')).leave()
    read(source.select('tick'))
    expect(requests).toHaveLength(2)
    expect(source.status).toBe('connecting')
  })

  test('a reader that leaves while it is told does not keep the others from being told', async () => {
    const { source, last } = setup()
    const leave = source.select().subscribe((data) => {
      if (data === '1') leave()
    })
    const other = read(source.select())
    last().opens()
    await settled()
    last().sends('data: 1\n\ndata: 2\n\n')
    await settled()
    expect(other.seen).toEqual(['', '1', '2'])
  })

  test('effects are told each status', async () => {
    const { source, last, effect } = setup()
    const seen: ConnectionStatus[] = []
    effect(() => seen.push(source.status))
    read(source.select())
    last().opens()
    await settled()
    last().ends()
    await settled()
    expect(seen).toEqual(['idle', 'connecting', 'open', 'waiting'])
  })

  test('passes the request and the waits on', async () => {
    const { source, last, requests } = setup({
      options: { method: 'POST', body: 'x', headers: { 'x-own': 'yes' } },
      base: 50,
    })
    read(source.select())
    expect(last().init).toMatchObject({ method: 'POST', body: 'x' })
    expect(last().headers.get('x-own')).toBe('yes')
    last().fails()
    await settled()
    vi.advanceTimersByTime(50)
    expect(requests).toHaveLength(2)
  })
})

describe('close and connect', () => {
  test('close ends the stream whoever still reads, and twice does nothing', async () => {
    const { source, last } = setup()
    read(source.select())
    last().opens()
    await settled()
    source.close()
    source.close()
    expect(last().init.signal?.aborted).toBe(true)
    expect(source.status).toBe('closed')
  })

  test('close holds when its readers leave and others come', () => {
    const { source, requests } = setup()
    const { leave } = read(source.select())
    source.close()
    leave()
    read(source.select())
    expect(requests).toHaveLength(1)
    expect(source.status).toBe('closed')
  })

  test('connect resumes, from the last event that was seen', async () => {
    const { source, last, requests } = setup()
    const { seen } = read(source.select())
    last().opens()
    await settled()
    last().sends('id: 7\ndata: before\n\n')
    await settled()
    source.close()
    source.connect()
    expect(requests).toHaveLength(2)
    expect(last().headers.get('last-event-id')).toBe('7')
    last().opens()
    await settled()
    last().sends('data: after\n\n')
    await settled()
    expect(seen).toEqual(['', 'before', 'after'])
  })

  test('connect without readers opens nothing before the next one', () => {
    const { source, requests } = setup()
    source.connect()
    source.close()
    source.connect()
    expect([requests.length, source.status]).toEqual([0, 'idle'])
    read(source.select())
    expect(requests).toHaveLength(1)
  })

  test('a close that connects, as sveltekit-sse asks for, keeps nothing open without readers', async () => {
    const { source, last, requests } = setup({ close: ({ connect }) => connect() })
    const { leave } = read(source.select())
    last().opens()
    await settled()
    leave()
    expect([requests.length, source.status]).toEqual([1, 'idle'])
    expect(last().init.signal?.aborted).toBe(true)
  })

  test('connect opens nothing while nobody may see the page', () => {
    const document = Object.assign(new EventTarget(), { hidden: true })
    const page = Object.assign(new EventTarget(), { document }) as SourceEnvironment['page']
    const { source, requests } = setup({ openWhenHidden: false }, { page })
    read(source.select())
    source.connect()
    expect(requests).toHaveLength(0)
  })

  test('connect tries again after a refusal', async () => {
    const { source, last, requests } = setup()
    read(source.select())
    last().answers(401)
    await settled()
    expect(source.status).toBe('refused')
    source.connect()
    expect(requests).toHaveLength(2)
  })

  test('after a refusal the next first reader tries again', async () => {
    const { source, last, requests } = setup()
    const { leave } = read(source.select())
    last().answers(401)
    await settled()
    leave()
    expect(source.status).toBe('idle')
    read(source.select())
    expect(requests).toHaveLength(2)
  })

  test('what the server has closed by 204 stays closed for new readers', async () => {
    const { source, last, requests } = setup()
    const { leave } = read(source.select())
    last().answers(204)
    await settled()
    leave()
    read(source.select())
    expect(source.status).toBe('closed')
    expect(requests).toHaveLength(1)
  })
})

describe('the callbacks', () => {
  const callbacks = () => ({
    open: vi.fn<() => void>(),
    close: vi.fn<(news: StreamNews) => void>(),
  })

  test('open is called each time that the stream has opened, close with what comes next', async () => {
    const { open, close } = callbacks()
    const { source, last } = setup({ open, close })
    read(source.select())
    expect(open).not.toHaveBeenCalled()
    last().opens()
    await settled()
    expect(open).toHaveBeenCalledTimes(1)
    last().ends()
    await settled()
    expect(statusesOf(close)).toEqual(['waiting'])
    vi.advanceTimersByTime(500)
    last().opens()
    await settled()
    expect(open).toHaveBeenCalledTimes(2)
    source.close()
    expect(statusesOf(close)).toEqual(['waiting', 'closed'])
  })

  test('an attempt that fails is no close, since nothing was open', async () => {
    const { open, close } = callbacks()
    const { source, last } = setup({ open, close })
    read(source.select())
    last().fails()
    await settled()
    expect(source.status).toBe('waiting')
    expect(open).not.toHaveBeenCalled()
    expect(close).not.toHaveBeenCalled()
  })

  test('a refusal is one', async () => {
    const { close } = callbacks()
    const { source, last } = setup({ close })
    read(source.select())
    last().answers(403)
    await settled()
    expect(statusesOf(close)).toEqual(['refused'])
  })

  test('of a source that nobody reads are not called, though others read the same stream', async () => {
    const gone = { open: vi.fn<() => void>(), close: vi.fn<() => void>() }
    const back = { ...callbacks(), error: vi.fn<() => void>() }
    const { another, last } = setup()
    read(another('/a').select())
    const { leave } = read(another('/a', gone).select())
    another('/a', gone)
    const returning = another('/a', back)
    read(returning.select()).leave()
    leave()
    last().opens()
    await settled()
    expect([gone.open, back.open].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
    read(returning.select())
    read(returning.select('other')).leave()
    last().breaks()
    await settled()
    expect([gone.close, back.close, back.error].map(({ mock }) => mock.calls.length)).toEqual([
      0, 1, 1,
    ])
  })

  test('the last reader that leaves is one', async () => {
    const { close } = callbacks()
    const { source, last } = setup({ close })
    const { leave } = read(source.select())
    last().opens()
    await settled()
    leave()
    expect(statusesOf(close)).toEqual(['idle'])
  })
})

test('on the server readers see the initial value, and nothing connects', () => {
  const { source, requests, effect } = setup({}, { live: false })
  const text = read(source.select())
  const json = read(source.select('n').json())
  effect(() => void source.select().current)
  text.leave()
  expect(text.seen).toEqual([''])
  expect(json.seen).toEqual([undefined])
  expect(source.status).toBe('idle')
  expect(requests).toHaveLength(0)
})

describe('faults of the app', () => {
  const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => {})

  test('a reader that throws costs neither the connection nor the other readers', async () => {
    const log = quiet()
    const { source, last } = setup()
    source.select().subscribe((data) => {
      if (data === 'x') throw new Error('fault')
    })
    const { seen } = read(source.select())
    last().opens()
    await settled()
    last().sends('data: x\n\ndata: y\n\n')
    await settled()
    expect({ status: source.status, seen }).toEqual({ status: 'open', seen: ['', 'x', 'y'] })
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
  })

  test('an open or a close that throws does not end the reconnecting', async () => {
    const log = quiet()
    const fault = (): never => {
      throw new Error('fault')
    }
    const { source, last, requests } = setup({ open: fault, close: fault })
    read(source.select())
    last().opens()
    await settled()
    expect(source.status).toBe('open')
    last().breaks()
    await settled()
    vi.advanceTimersByTime(500)
    await settled()
    expect(requests).toHaveLength(2)
    expect(log).toHaveBeenCalledTimes(2)
    log.mockRestore()
  })
})

test('a 204 is told to close', async () => {
  const close = vi.fn<(news: StreamNews) => void>()
  const { source, last } = setup({ close })
  read(source.select())
  last().opens()
  await settled()
  last().ends()
  await settled()
  vi.advanceTimersByTime(500)
  await settled()
  last().answers(204)
  await settled()
  expect(statusesOf(close)).toEqual(['waiting', 'closed'])
})

test('on the server, connect connects nothing', () => {
  const { source, requests } = setup({}, { live: false })
  source.connect()
  expect(requests).toEqual([])
})

describe('error', () => {
  test('is told what failed, with the answer and the way back', async () => {
    const error = vi.fn<(news: StreamNews) => void>()
    const { source, last, requests } = setup({ error })
    read(source.select())
    last().fails()
    await settled()
    expect(error.mock.calls[0]?.[0]).toMatchObject({ error: new TypeError('fetch failed') })
    vi.advanceTimersByTime(500)
    last().answers(401, { 'x-why': 'expired' })
    await settled()
    const { response, connect } = error.mock.calls[1]![0]
    expect([response?.status, response?.headers.get('x-why')]).toEqual([401, 'expired'])
    expect(source.status).toBe('refused')
    connect()
    expect(requests).toHaveLength(3)
    last().opens()
    await settled()
    last().breaks()
    await settled()
    expect(error.mock.calls[2]?.[0]).toMatchObject({ error: new TypeError('network error') })
  })

  test('is told nothing of an end that was wanted', async () => {
    const error = vi.fn<(news: StreamNews) => void>()
    const { source, last } = setup({ error })
    const { leave } = read(source.select())
    last().opens()
    await settled()
    leave()
    await settled()
    read(source.select())
    last().opens()
    await settled()
    last().ends()
    await settled()
    source.close()
    await settled()
    expect(error).not.toHaveBeenCalled()
  })
})

describe('sources of equal requests', () => {
  const form = (room: string): FormData => {
    const data = new FormData()
    data.set('room', room)
    return data
  }
  const file = new Blob(['x'])
  const headers = (): HeadersInit => ({ authorization: 'Bearer 1' })

  test.each<[string, SourceOptions, SourceOptions]>([
    ['nothing said', {}, {}],
    [
      'headers, in whichever form',
      { options: { headers: [['a', '1']] } },
      { options: { headers: new Headers({ a: '1' }) } },
    ],
    [
      'the same form',
      { options: { method: 'POST', body: form('blue') } },
      { options: { method: 'POST', body: form('blue') } },
    ],
    ['one function for headers', { options: { headers } }, { options: { headers } }],
    ['callbacks of their own', { open: () => {} }, { open: () => {}, close: () => {} }],
  ])('share a connection: %s', async (_, one, other) => {
    const { another, requests } = setup()
    read(another('/a', one).select())
    read(another('/a', other).select())
    await settled()
    expect(requests).toHaveLength(1)
  })

  test.each<[string, SourceOptions, SourceOptions]>([
    [
      'other forms',
      { options: { method: 'POST', body: form('blue') } },
      { options: { method: 'POST', body: form('red') } },
    ],
    ['other headers', { options: { headers: { a: '1' } } }, { options: { headers: { a: '2' } } }],
    [
      'a header that looks like a body',
      { options: { headers: { a: '1' } } },
      { options: { body: new URLSearchParams({ a: '1' }) } },
    ],
    [
      'other functions for headers',
      { options: { headers: () => ({ a: '1' }) } },
      { options: { headers: () => ({ a: '1' }) } },
    ],
    [
      'other files',
      { options: { method: 'POST', body: file } },
      { options: { method: 'POST', body: new Blob(['x']) } },
    ],
    ['other methods', { options: { method: 'POST' } }, { options: { method: 'PUT' } }],
    ['other limits', { liveness: 1000 }, { liveness: 2000 }],
  ])('do not where they are not equal: %s', async (_, one, other) => {
    const { another, requests } = setup()
    read(another('/a', one).select())
    read(another('/a', other).select())
    await settled()
    expect(requests).toHaveLength(2)
  })

  test('leave nothing on the stream when their last readers have left', () => {
    const streams: SharedStream[] = []
    const { environment } = setup()
    const make = (): Source =>
      createSource('/a', { open: () => {} }, environment, (stream) => {
        streams[0] ??= createSharedStream(stream, environment)
        return streams[0]
      })
    read(make().select())
    for (let visit = 0; visit < 3; visit++) {
      const source = make()
      const leaves = [source.select(), source.select('other')].map((one) => read(one).leave)
      expect(streams[0]?.watchers.size).toBe(2)
      for (const leave of leaves) leave()
      expect(streams[0]?.watchers.size).toBe(1)
    }
  })

  test('each hear the events, and each callback is called', async () => {
    const { another, last } = setup()
    const opens = [vi.fn<() => void>(), vi.fn<() => void>()]
    const [one, two] = opens.map((open) => another('/a', { open })) as [Source, Source]
    const reads = [read(one.select()), read(two.select())]
    last().opens()
    await settled()
    last().sends('data: x\n\n')
    await settled()
    expect(opens.map((open) => open.mock.calls.length)).toEqual([1, 1])
    reads[0]!.leave()
    last().sends('data: y\n\n')
    await settled()
    expect(reads.map(({ seen }) => seen)).toEqual([
      ['', 'x'],
      ['', 'x', 'y'],
    ])
    expect([one.status, two.status]).toEqual(['open', 'open'])
    reads[1]!.leave()
    expect(two.status).toBe('idle')
  })
})

describe('openWhenHidden', () => {
  const createPage = () => {
    const document = Object.assign(new EventTarget(), { hidden: false })
    const page = Object.assign(new EventTarget(), { document }) as NonNullable<
      SourceEnvironment['page']
    >
    const show = (shown: boolean): void => {
      document.hidden = !shown
      document.dispatchEvent(new Event('visibilitychange'))
    }
    return { page, show }
  }

  test('false closes the stream while nobody sees the page, and resumes it', async () => {
    const { page, show } = createPage()
    const { source, last, requests } = setup({ openWhenHidden: false }, { page })
    const { leave } = read(source.select())
    last().opens()
    await settled()
    last().sends('id: 7\ndata: x\n\n')
    await settled()
    show(false)
    expect(source.status).toBe('idle')
    show(true)
    expect(last().headers.get('last-event-id')).toBe('7')
    expect(requests).toHaveLength(2)
    leave()
    show(false)
    show(true)
    expect(requests).toHaveLength(2)
  })

  test('false opens nothing before the page is seen', () => {
    const { page, show } = createPage()
    show(false)
    const { source, requests } = setup({ openWhenHidden: false }, { page })
    read(source.select())
    expect(requests).toHaveLength(0)
    show(true)
    expect(requests).toHaveLength(1)
  })

  test('by default the stream stays open', () => {
    const { page, show } = createPage()
    const { source } = setup({}, { page })
    read(source.select())
    show(false)
    expect(source.status).toBe('connecting')
  })
})
