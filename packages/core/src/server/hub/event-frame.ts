import type { Entry } from '../engine.ts'

/** What an engine keeps of an event: the end of its frame, so that nothing is encoded again when it is told. */
export function entryData(json: string, key: string | undefined): string {
  return key === undefined ? `"d":${json}}` : `"d":${json},"k":${JSON.stringify(key)}}`
}

/** The frame of an event, for a channel's number. */
export function eventFrame(number: number, { position, previous, data }: Entry): string {
  return `{"c":${number},"n":"${position}","p":"${previous}",${data}`
}

/** The event's data. */
export function dataOf({ data }: Entry): unknown {
  return (JSON.parse(`{${data}`) as { d: unknown }).d
}
