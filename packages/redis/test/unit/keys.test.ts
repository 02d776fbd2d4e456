import { expect, test } from 'vitest'
import { createKeys } from '../../src/keys.ts'

/** What Redis Cluster shards by: what is between the first brace and the next that closes. */
const tagOf = (key: string): string | undefined => /\{([^}]+)\}/.exec(key)?.[1]

test('all keys of a channel have one hash tag, whatever its name, and no two channels share a key', () => {
  const keys = createKeys('app:')
  const names = ['a', 'room:{"id":"}"}', '{', '}', '{}', '', '%', '%7b', 'a}x', 'a}', '💚']
  const all = new Set<string>()
  for (const name of names) {
    const mine = [...keys.log(name), ...keys.leases(name), keys.publish(name, 'k'), keys.told(name)]
    expect(new Set(mine.map(tagOf)).size).toBe(1)
    expect(tagOf(mine[0] as string)).toBeTruthy()
    for (const key of mine) {
      expect(key.startsWith('app:')).toBe(true)
      expect(all.has(key)).toBe(false)
      all.add(key)
    }
  }
  expect(keys.publish('a', '}x')).not.toBe(keys.publish('a}x', ''))
})

test('a prefix with braces is refused: all would be on one shard', () => {
  expect(() => createKeys('{app}')).toThrow("got the prefix '{app}'")
})
