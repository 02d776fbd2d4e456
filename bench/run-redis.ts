// `npm run bench:redis`: an event from one process to the subscribers of another, beside Socket.IO's adapters
// and a bare script, with a dated report in `reports/`.
import process from 'node:process'
import { writeReport } from '../scripts/write-report.ts'
import { lacksRedis } from '../testing/redis-server.ts'
import { measureRedis } from './measure-redis.ts'
import { redisTable } from './redis-table.ts'

const settings = { launches: 2, rounds: 5, warmUp: 1, subscribers: [10, 200], deliveries: 20_000 }

const reason = await lacksRedis()
if (reason) throw new Error(reason)
const lines = redisTable(await measureRedis(settings))
console.log(lines.join('\n'))
const file = writeReport({ kind: 'redis', title: 'Redis', script: 'bench:redis' }, [
  `Two processes on Node over one Redis: what is published on one, 90 characters to all subscribers of a room, is read by subscribers over sockets that are all with the other. Each side is two processes and a Redis of its own, all of them open at once; in a round each is measured once, in an order left to chance, and a ratio is the median of the rounds' own. ${settings.launches} launches, ${settings.rounds} rounds in each, after ${settings.warmUp} to warm up. Events come one or sixteen in a turn, turn after turn; latency is that of turns with rest in between.`,
  '',
  "The sides do not do the same. Ours stores each event in order, waits until Redis has answered before the next turn, and can bring to those who were away what they missed. Socket.IO's adapter over Pub/Sub stores nothing and waits for nothing: what is lost on the way is lost. Its adapter over streams stores all rooms in one stream, which each process reads, and waits for nothing either. The bare script stores and publishes, waits as ours does, and does nothing else: the control.",
  '',
  ...lines,
])
console.log(`\nWritten to ${file}`)
process.exit(0)
