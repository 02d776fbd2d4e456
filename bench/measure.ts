/* oxlint-disable no-await-in-loop -- one after another, or they would measure each other */
import { join } from 'node:path'
import process from 'node:process'
import { inParallel } from '../testing/long.ts'
import type { RunningServer } from '../testing/run-server.ts'
import { root } from '../testing/run-server.ts'
import { serve } from '../testing/targets.ts'
import type { Target } from '../testing/targets.ts'
import { ratioOf } from './ratio.ts'
import type { Ratio, Round } from './ratio.ts'

const app = join(root, 'bench', 'app')

export interface Settings {
  /** A process keeps the luck of its start (where its code and its heap lie), so a number is of several. */
  launches: number
  rounds: number
  /** How long each kind of access is measured in a round, on each side, in ms. */
  accessMs: number
  /** How many pages are asked for in a round, on each side. */
  pages: number
}

/** What was measured of a runtime. */
export interface Measured {
  /** In ns, by kind. */
  accesses: Record<string, Ratio>
  /** In µs of the server's CPU, by page. */
  pages: Record<string, Ratio>
}

/** The pages of `app`, each with and without `handle`. */
export const pages = ['carried', 'bare'] as const

/** How many requests are under way at once. */
const atOnce = 8

type Rounds = Record<string, Round[]>

/** Measures a production server of the bench app. */
export async function measure(target: Target, settings: Settings): Promise<Measured> {
  const accesses: Rounds = {}
  const pageTimes: Rounds = {}
  for (let launch = 0; launch < settings.launches; launch++) {
    const server = await serve(target, app)
    // It has a process group of its own, which Ctrl-C does not reach.
    const end = (): void => void server.stop().finally(() => process.exit(130))
    process.once('SIGINT', end).once('SIGTERM', end)
    try {
      // Round -1 warms up.
      for (let round = -1; round < settings.rounds; round++) {
        const times = await accessRound(server, settings)
        if (round >= 0) note(accesses, times)
      }
      for (let round = -1; round < settings.rounds; round++) {
        const times = await pageRound(server, settings)
        if (round >= 0) note(pageTimes, times)
      }
    } finally {
      process.off('SIGINT', end).off('SIGTERM', end)
      await server.stop()
    }
  }
  return { accesses: ratiosOf(accesses), pages: ratiosOf(pageTimes) }
}

function note(all: Rounds, measured: Record<string, Round>): void {
  for (const [name, round] of Object.entries(measured)) (all[name] ??= []).push(round)
}

function ratiosOf(all: Rounds): Record<string, Ratio> {
  return Object.fromEntries(Object.entries(all).map(([name, rounds]) => [name, ratioOf(rounds)]))
}

/**
 * Which side goes first is left to chance: the second one finds a warmer machine, and sides that
 * take turns keep step with the garbage collector, which then always comes to the same one (1.06 ×
 * for a bare page on Bun, where chance gives 1.03).
 */
const sides = (): (keyof Round)[] =>
  Math.random() < 0.5 ? ['isolated', 'plain'] : ['plain', 'isolated']

async function accessRound({ url }: RunningServer, { accessMs }: Settings) {
  const response = await fetch(`${url}/access?ms=${accessMs}&first=${sides()[0]}`)
  return (await response.json()) as Record<string, Round>
}

async function pageRound({ url }: RunningServer, settings: Settings) {
  const measured: Record<string, Round> = {}
  for (const page of pages) {
    const times: Round = { plain: 0, isolated: 0 }
    for (const side of sides()) {
      const before = await cpuTime(url)
      await inParallel(settings.pages, atOnce, async () => {
        await (await askFor(url, page, side)).arrayBuffer()
      })
      times[side] = ((await cpuTime(url)) - before) / settings.pages
    }
    measured[page] = times
  }
  return measured
}

/** Asks for a page as a visitor does. */
export function askFor(url: string, page: string, side: keyof Round): Promise<Response> {
  return fetch(`${url}/${page}/${side}`, { headers: { cookie: 'user=ada' } })
}

/** The CPU time that the server has taken so far, in µs. */
async function cpuTime(url: string): Promise<number> {
  return Number(await (await fetch(`${url}/cpu`)).text()) * 1000
}
