import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import type { Target } from '../../../../testing/targets.ts'
import { serveForVitals, vitalsOf } from '../long/vitals.ts'
import type { Vitals } from '../long/vitals.ts'
import { createCrowd } from './crowd.ts'
import { createOracle } from './oracle.ts'
import { repeat } from './repeat.ts'
import { settle } from './settle.ts'
import { anyPlan, nextFault } from './weather.ts'

export interface SoakOptions {
  target: Target
  /** How long, in ms. */
  duration: number
  clients: number
  /** Clients that come, and that go, in a second. */
  churn: number
  /** Publications in a second. */
  rate: number
  channels: number
  /** Restarts, all in the first quarter: the second half shows whether a process stays as it is. */
  restarts: number
  /** Between two looks at the server, in ms. */
  every: number
}

/** What a look at the server, and at the process of its clients, has shown. */
export interface Look extends Vitals {
  at: number
  /** Of the process of the clients, after a collection where that is exposed. */
  clientHeap: number
}

function clientHeap(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed
}

export interface Soaked {
  faults: string[]
  counts: Record<string, number>
  /** Of the second half. */
  looks: Look[]
  output: string
}

/** Runs an app under load, through a network and servers that fail, and watches what its clients are told. */
export async function soak({
  target,
  duration,
  clients,
  churn,
  rate,
  channels,
  restarts,
  every,
}: SoakOptions): Promise<Soaked> {
  /** Keys are remembered for less than the ten minutes that clients count on, and for longer than any stall: memory is full sooner. */
  const start = (): Promise<RunningServer> => serveForVitals(target, { KEY_TTL: '120000' })
  let server = await start()
  let output = ''
  const proxy = await createFaultProxy(server.port, { plan: () => (calm ? undefined : anyPlan()) })
  const oracle = createOracle()
  const crowd = createCrowd(`${proxy.url}/realtime?user=ada`, channels, oracle)
  const looks: Look[] = []
  let calm = false
  let faults = 0
  const begun = performance.now()
  const passed = (): number => performance.now() - begun

  /** Polite and not, by turns. */
  async function restart(number: number): Promise<void> {
    const old = server
    server = await start()
    proxy.to(server.port)
    await old.stop(number % 2 ? 'SIGKILL' : 'SIGTERM')
    output += old.output()
  }

  try {
    for (let client = 0; client < clients; client++) crowd.come()
    const stops = [
      repeat(churn, () => {
        crowd.go()
        crowd.come()
      }),
      repeat(rate, crowd.publish),
      repeat(2, () => {
        faults++
        nextFault(proxy)
      }),
    ]
    for (let next = 1; passed() < duration;) {
      // oxlint-disable-next-line no-await-in-loop -- one look after another
      await setTimeout(Math.min(every, duration - passed()))
      if (next <= restarts && passed() > (duration / 4) * (next / restarts)) {
        // oxlint-disable-next-line no-await-in-loop
        await restart(next++)
      }
      // oxlint-disable-next-line no-await-in-loop
      if (passed() > duration / 2)
        looks.push({ ...(await vitalsOf(server)), at: passed(), clientHeap: clientHeap() })
    }

    for (const stop of stops) stop()
    calm = true
    proxy.delay(0)
    proxy.release()
    await settle(server, crowd, oracle)
    output += server.output()
    return {
      faults: oracle.faults,
      counts: { ...oracle.counts, ...crowd.counts, ...proxy.counts, faults },
      looks,
      output,
    }
  } finally {
    crowd.close()
    await server.stop()
    await proxy.close()
  }
}
