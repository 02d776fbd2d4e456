import { vi } from 'vitest'
import type { Carrier } from '../../../../src/server/hub/carrier.ts'
import type { ChannelHub } from '../../../../src/server/hub/channel-hub.ts'

/** A client's connection, of which a test says how fast it reads. */
export async function open(hub: ChannelHub<object>, duplex = true) {
  const said: Record<string, unknown>[] = []
  let drained = (): void => {}
  const state = {
    buffered: 0,
    /** Whether the network keeps what is sent. */
    hold: false,
    closed: undefined as number | undefined,
    messages: 0,
  }
  const carrier: Carrier = {
    duplex,
    send(message) {
      state.messages++
      if (state.hold) state.buffered += message.length
      for (const line of message.split('\n')) said.push(JSON.parse(line))
    },
    bufferedAmount: () => state.buffered,
    onDrain: (taken) => (drained = taken),
    close: (code) => (state.closed = code),
  }
  const connection = (await hub.connect({}))(carrier)
  /** The immediates of a step of fake time come with the next one. */
  async function turn(ms = 0): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms)
    await vi.advanceTimersByTimeAsync(1)
  }
  return {
    said,
    state,
    connection,
    turn,
    async tell(...frames: object[]) {
      connection.received(frames.map((frame) => JSON.stringify(frame)).join('\n'))
      await turn()
    },
    /** It reads no more: what it is told now waits. */
    async stall() {
      state.buffered = 2_000
      connection.received('{"id":99,"sub":{"ch":"unknown"}}')
      await turn()
      said.pop()
    },
    async drain() {
      state.buffered = 0
      drained()
      await turn()
    },
  }
}
