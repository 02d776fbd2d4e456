import { describe, expect, test } from 'vitest'
import { httpTable } from './http-table.ts'
import { kinds, measureHttp } from './measure-http.ts'

describe.each(['node', 'bun', 'deno'] as const)('%s', (runtime) => {
  test('both builds answer what the benchmark asks, and it says something of each', async () => {
    const measured = await measureHttp(runtime, { launches: 1, rounds: 1, requests: 20 })
    expect(Object.keys(measured)).toEqual(Object.keys(kinds))
    const text = httpTable({ [runtime]: measured }).join('\n')
    expect(text.match(new RegExp(`^\\| ${runtime} `, 'gm'))).toHaveLength(3)
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })
})
