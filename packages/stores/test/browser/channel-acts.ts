import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'

/** What a server of the contract app tells of its pages' hub. */
export interface Counts {
  connections: number
  subscriptions: number
  channels: number
}

/** What tests of pages ask the server of the contract app for. */
export interface ChannelActs {
  /** Publishes in a room. */
  publish(text: string, room?: string): Promise<void>
  /** Waits until the server counts so. */
  counts(expected: Partial<Counts>): Promise<unknown>
}

export function createChannelActs(url: string, room: string): ChannelActs {
  async function act(name: string, search: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(
      `${url}/realtime/act?${new URLSearchParams({ act: name, ...search })}`,
    )
    expect(response.status).toBe(200)
    return response.json()
  }
  return {
    async publish(text, to = room) {
      await act('publish', { room: to, text, note: randomUUID() })
    },
    counts: (expected) =>
      eventually(async () => {
        expect(await act('quick')).toMatchObject(expected)
        return true
      }, 20_000),
  }
}
