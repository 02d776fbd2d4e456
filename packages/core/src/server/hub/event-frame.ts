import type { Entry } from '../engine.ts'

/** What an engine keeps of an event: the end of its frame, so that nothing is encoded again when it is told. */
export function entryData(json: string, key: string | undefined): string {
  return key === undefined ? `"d":${json}}` : `"d":${json},"k":${JSON.stringify(key)}}`
}

/** The frame of an event, for a channel's number. Of what is the newest of its key, nobody asks what was before it. */
export function eventFrame(number: number, { position, previous, data, latest }: Entry): string {
  const before = latest === undefined ? `"p":"${previous}",` : ''
  return `{"c":${number},"n":"${position}",${before}${data}`
}

/** The frame of an event that is not kept. */
export const toldFrame = (number: number, data: string): string => `{"c":${number},${data}`

/** The event's data. */
export function dataOf({ data }: Entry): unknown {
  return (JSON.parse(`{${data}`) as { d: unknown }).d
}
