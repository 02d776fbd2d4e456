import { describe, expect, test } from 'vitest'
import { channelTable } from './channel-table.ts'
import { measureChannels } from './measure-channels.ts'
import { measureSlowReaders } from './measure-slow-readers.ts'
import { sides } from './sides.ts'
import { slowReaderTable } from './slow-reader-table.ts'

const settings = { launches: 1, rounds: 1, warmUp: 0, subscribers: [4], deliveries: 40 }
const slowReaders = { rounds: 1, idle: 4, slow: 2, turns: 5, floods: 3 }

describe.each(['node', 'bun', 'deno'] as const)('%s', (runtime) => {
  test('every side delivers all to all, and the benchmark says something of each', async () => {
    const measured = await measureChannels(runtime, settings)
    for (const { transport, rounds } of measured) {
      expect(Object.keys(rounds).toSorted()).toEqual(Object.keys(sides[transport]).toSorted())
    }
    const text = channelTable(runtime, measured).join('\n')
    // Three rivals over sockets and two over streams, by one event and by sixteen.
    expect(text.match(/^\| (sockets|streams) /gm)).toHaveLength(10)
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('those who read get all while others do not read', async () => {
    const measured = await measureSlowReaders(runtime, slowReaders)
    expect(slowReaderTable({ [runtime]: measured }).join('\n')).not.toMatch(
      /NaN|undefined|Infinity/,
    )
  })
})
