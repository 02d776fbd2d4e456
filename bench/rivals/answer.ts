import process from 'node:process'
import { cpuTime } from '../app/src/lib/cpu-time.ts'
import { loadOf, publishTurns } from '../app/src/lib/publish-turns.ts'

export const port = Number(process.env['PORT'])

/** What each server answers beside its own work, as the app of the bench does; `undefined` for other paths. */
export async function answer(
  url: string,
  publish: (event: { text: string }) => unknown,
): Promise<string | undefined> {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1')
  if (pathname === '/cpu') return String(cpuTime())
  if (pathname !== '/channels/publish') return undefined
  return JSON.stringify(await publishTurns(publish, loadOf(searchParams)))
}

export const say = (at: number): void => console.log(`http://127.0.0.1:${at}`)
