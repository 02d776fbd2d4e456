// npm run fleet -- --minutes 5 [--clients 2000] [--rate 200] [--grace 3]
import process from 'node:process'
import { parseArgs } from 'node:util'
import { writeReport } from '../../../../scripts/write-report.ts'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { fleet } from './fleet.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    clients: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '200' },
    /** In seconds. */
    grace: { type: 'string', default: '3' },
  },
})
const reason = (await lacksRedis()) ?? (await debianPackages('haproxy', 'openssl'))
if (reason) throw new Error(reason)

const clients = Number(values.clients)
const { faults, counts, delays } = await fleet({
  duration: Number(values.minutes) * 60_000,
  clients,
  channels: clients / 10,
  rate: Number(values.rate),
  halls: 20,
  grace: Number(values.grace) * 1000,
})
/** In seconds: the median, and the most. */
function spreadOf(name: keyof (typeof delays)[number]): { median: string; most: string } {
  const sorted = delays.map((delay) => delay[name]).toSorted((one, other) => one - other)
  const at = (share: number): string =>
    ((sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN) / 1000).toFixed(1)
  return { median: at(0.5), most: at(1) }
}
const [back, presence, allowed] = [spreadOf('back'), spreadOf('presence'), spreadOf('allowed')]

const lines = [
  `Four server processes (two on Node, one on Bun, one on Deno) over one Redis, behind HAProxy, which hands each request to the next one. ${clients} clients in channels of ten, half over sockets and half over streams with POSTs, and ${values.rate} events a second in all, for ${values.minutes} minutes. One process or two at a time end, by SIGKILL or SIGTERM, and begin again up to 3 s later. Clients and servers share the machine.`,
  '',
  faults.length === 0
    ? 'Nothing was lost, told twice or told out of order, no publish failed, each was stored once, and no client had to load a state anew.'
    : `Faults: ${faults.join('; ')}`,
  '',
  `${counts['killed']} processes were killed and ${counts['ended']} told to end. ${counts['acked']} publications were answered (${counts['publishedPerSecond']} a second) and ${counts['told']} events told (${counts['toldPerSecond']} a second).`,
  '',
  `Beside them a hundred clients were in 20 channels with presence and a grace time of ${values.grace} s; after each end 20 of them left, and 20 came. Until the last of them was live again it took ${back.median} s at the median and ${back.most} s at most. From then until each saw exactly who was there it took ${presence.median} s at the median and ${presence.most} s at most, where ${allowed.median} s and ${allowed.most} s were allowed: the grace time, 0.2 s, and five times the longest request by the proxy to a process and to Redis in that time. ${counts['missed']} times somebody was shown as gone who was there: away for longer than the grace time.`,
]
console.log(lines.join('\n'))
console.log(counts)
writeReport({ kind: 'fleet', title: 'Fleet', script: 'fleet' }, lines)
// Node's own end spins for ever now and then, with thousands of sockets that are half closed.
process.exit(faults.length > 0 ? 1 : 0)
