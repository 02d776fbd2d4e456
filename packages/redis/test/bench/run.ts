// What an event costs with @kitrt/redis, beside a bare script call over the same client in the same run:
// `node --conditions=@kitrt/source packages/redis/test/bench/run.ts`, or by another runtime.
import process from 'node:process'
import { createClient } from 'redis'
import { bareScript } from '../../../../bench/bare-script.ts'
import { startRedis } from '../../../../testing/redis-server.ts'
import { redis } from '../../src/index.ts'

const data = JSON.stringify('x'.repeat(254))
const options = { keyTtl: 600_000, size: 500, ttl: 600_000 }
const server = await startRedis()
const client = createClient({ url: server.url })
await client.connect()
const engine = redis(client)
const other = redis(client)

const text = async (...args: string[]): Promise<string> => await client.sendCommand<string>(args)
const used = async (): Promise<number> =>
  Number(/^used_memory:(\d+)/m.exec(await text('INFO', 'memory'))?.[1])

const bare = await text('SCRIPT', 'LOAD', bareScript)
const ways = {
  'a bare script': (n: number) =>
    client.sendCommand(['EVALSHA', bare, '1', `bare:${n % 1000}`, `told:${n % 1000}`, data]),
  append: (n: number) => engine.append(`c${n % 1000}`, data, options),
  'append with a key': (n: number) =>
    engine.append(`c${n % 1000}`, data, { ...options, key: `${n}` }),
  'append latest of 20': (n: number) =>
    engine.append(`l${n % 1000}`, data, { ...options, latest: `${n % 20_000}` }),
}

const report: Record<string, Record<string, number>> = {}
for (let round = 0; round < 3; round++) {
  for (const [name, run] of Object.entries(ways)) {
    await text('FLUSHALL')
    for (let n = 0; n < 2_000; n++) await run(n)
    await text('CONFIG', 'RESETSTAT')
    const times: number[] = []
    for (let n = 0; n < 5_000; n++) {
      const begun = performance.now()
      await run(n)
      times.push(performance.now() - begun)
    }
    times.sort((one, two) => one - two)
    const begun = performance.now()
    const many = 40_000
    let next = 5_000
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        while (next < 5_000 + many) await run(next++)
      }),
    )
    const seconds = (performance.now() - begun) / 1000
    const stats = await text('INFO', 'commandstats')
    const found = /^cmdstat_evalsha:calls=\d+,usec=\d+,usec_per_call=([\d.]+)/m.exec(stats)
    const mine = (report[name] ??= {})
    const keep = (what: string, value: number, best: (...of: number[]) => number): void =>
      void (mine[what] = best(mine[what] ?? value, value))
    keep('p50 ms', times[2_500] as number, Math.min)
    keep('p99 ms', times[4_950] as number, Math.min)
    keep('per second', many / seconds, Math.max)
    keep('µs of Redis', Number(found?.[1]), Math.min)
  }
}

await text('FLUSHALL')
let before = await used()
for (let n = 0; n < 1_000; n++) await engine.lasts([`idle${n}`])
const channel = ((await used()) - before) / 1_000
before = await used()
for (let n = 0; n < 20_000; n++) await engine.append(`idle${n % 40}`, data, options)
const event = ((await used()) - before) / 20_000
before = await used()
for (let n = 0; n < 20_000; n++) {
  await engine.append(`idle${n % 40}`, data, { ...options, key: crypto.randomUUID() })
}
const key = ((await used()) - before) / 20_000
before = await used()
const leases = Array.from({ length: 1_000 }, (_, n) => ({
  member: `user-${n}`,
  nonce: crypto.randomUUID(),
  meta: '{"name":"Somebody"}',
}))
await engine.lease('crowd', leases, 600_000)
const lease = ((await used()) - before) / 1_000

/** From the call of `append` to `wake` in another process. */
const delays: number[] = []
let begun = 0
let heard = (): void => {}
await other.listen('delay', {
  wake() {
    delays.push(performance.now() - begun)
    heard()
  },
  hear() {},
  meet() {},
})
for (let n = 0; n < 3_000; n++) {
  const told = new Promise<void>((resolve) => (heard = resolve))
  begun = performance.now()
  await engine.append('delay', data, options)
  await told
}
delays.sort((one, two) => one - two)

console.table(report)
console.table({ 'bytes of Redis': { channel, event, key, lease } })
console.table({ 'until another is woken, ms': { p50: delays[1_500], p99: delays[2_970] } })
await engine.close()
await other.close()
client.destroy()
await server.stop()
process.exit(0)
