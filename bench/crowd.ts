import { root, runServer } from '../testing/run-server.ts'
import type { Delivered, GroupOptions } from './crowd/group.ts'
import { crowd } from './sides.ts'

/** Subscribers in a process of their own, in groups by name. */
export interface Crowd {
  connect(group: string, options: GroupOptions): Promise<void>
  /** Begins to count, up to so many events. */
  expect(group: string, events: number): Promise<void>
  /** Resolves when as many have come. */
  delivered(group: string): Promise<Delivered>
  /** Has them read no more. */
  stop(group: string): Promise<void>
  end(group: string): Promise<void>
  close(): Promise<unknown>
}

/** How long anything may take, in ms: what has not come by then never will. */
const patience = 60_000

export async function startCrowd(): Promise<Crowd> {
  const { url, stop } = await runServer({ command: crowd, cwd: root })
  async function ask<T>(act: string, group: string, body: unknown = null): Promise<T> {
    const response = await fetch(`${url}/${act}?group=${encodeURIComponent(group)}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    })
    if (!response.ok) throw new Error(`${act} of ${group}: ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    connect: (group, options) => ask('connect', group, options),
    expect: (group, events) => ask('expect', group, events),
    delivered: (group) => ask('delivered', group),
    stop: (group) => ask('stop', group),
    end: (group) => ask('end', group),
    close: () => stop(),
  }
}
