/* oxlint-disable no-await-in-loop -- one after another, or they would measure each other */
import { join } from 'node:path'
import { root, runServer } from '../testing/run-server.ts'
import type { RunningServer } from '../testing/run-server.ts'
import { runtimes } from '../testing/targets.ts'
import type { Target } from '../testing/targets.ts'
import { requestsPerSecond } from './load.ts'
import { quantile } from './ratio.ts'

/** What is asked for, by its path. */
export const kinds = { page: '/bare/plain', json: '/json', file: '/style.css' } as const

export type Kind = keyof typeof kinds

export interface HttpSettings {
  /** A process keeps the luck of its start, so a number is of several. */
  launches: number
  rounds: number
  /** How many requests in a round, of each kind and to each side. */
  requests: number
}

/** What was measured of a kind, in requests per second. */
export interface HttpRatio {
  theirs: number
  ours: number
  /** The median of the rounds' ratios, ours to adapter-node's. */
  ratio: number
  /** Between these lie eight of ten rounds. */
  spread: [low: number, high: number]
}

const builds = { theirs: 'build-node/index.js', ours: 'build/index.js' } as const

type Side = keyof typeof builds

/** Our build beside that of adapter-node, both on the same runtime. */
export async function measureHttp(
  runtime: Target['runtime'],
  { launches, rounds, requests }: HttpSettings,
): Promise<Record<Kind, HttpRatio>> {
  const measured: Record<Kind, Record<Side, number>[]> = { page: [], json: [], file: [] }
  for (let launch = 0; launch < launches; launch++) {
    const servers = {} as Record<Side, RunningServer>
    try {
      for (const side of ['theirs', 'ours'] as const) {
        servers[side] = await runServer({
          command: [...runtimes[runtime].run, builds[side]],
          cwd: join(root, 'bench', 'app'),
        })
      }
      // The first rounds warm up.
      for (let round = -2; round < rounds; round++) {
        for (const kind of Object.keys(kinds) as Kind[]) {
          const speeds = { theirs: 0, ours: 0 }
          // Which side goes first alternates: the second one finds a warmer machine.
          const sides: Side[] = round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']
          for (const side of sides) {
            speeds[side] = await requestsPerSecond(servers[side].port, kinds[kind], requests)
          }
          if (round >= 0) measured[kind].push(speeds)
        }
      }
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()))
    }
  }
  return {
    page: ratioOf(measured.page),
    json: ratioOf(measured.json),
    file: ratioOf(measured.file),
  }
}

function ratioOf(rounds: Record<Side, number>[]): HttpRatio {
  const ratios = rounds.map(({ theirs, ours }) => ours / theirs)
  const perSecond = (side: Side): number =>
    quantile(
      rounds.map((speeds) => speeds[side]),
      0.5,
    )
  return {
    theirs: perSecond('theirs'),
    ours: perSecond('ours'),
    ratio: quantile(ratios, 0.5),
    spread: [quantile(ratios, 0.1), quantile(ratios, 0.9)],
  }
}
