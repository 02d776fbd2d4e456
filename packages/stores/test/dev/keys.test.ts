import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { createTemporaryApp } from '../../../../testing/temporary-app.ts'
import type { AppFiles, EditableApp } from '../../../../testing/editable-app.ts'
import { endpointOf, moduleOf } from './key-app.ts'

/** Every test has modules and keys of its own. */
const files: AppFiles = {
  ...endpointOf('twice'),
  'src/lib/twice.ts': moduleOf('twice', 'shared'),
  ...endpointOf('again'),
  'src/lib/again.ts': moduleOf('again', 'shared'),
  ...endpointOf('one'),
  'src/lib/one.ts': moduleOf('one', 'first'),
  ...endpointOf('two'),
  'src/lib/two.ts': moduleOf('two', 'second'),
  ...endpointOf('mover'),
  'src/lib/mover.ts': moduleOf('mover', 'moving'),
  ...endpointOf('host'),
  'src/lib/host.ts': moduleOf('host', 'staying'),
  ...endpointOf('copied', 'barrel'),
  'src/lib/barrel.ts': `export { copied } from './copied.ts'\n`,
  'src/lib/copied.ts': moduleOf('copied', 'copied'),
  ...endpointOf('edited'),
  'src/lib/edited.ts': moduleOf('edited', 'edited'),
}

describe.each(targets.filter(({ mode }) => mode === 'dev'))('a key on $name', (target) => {
  let app: EditableApp
  let server: RunningServer
  const get = async (name: string): Promise<string> => {
    const response = await fetch(`${server.url}/${name}`)
    return response.ok ? response.text() : `${response.status}`
  }
  /**
   * Writes files, and waits until the server has the new code. What a busy server's watcher has not
   * seen (see `unseen` of the editable app: two late events are one) is written again.
   *
   * @param asks whether the server is asked yet
   */
  const edit = async (
    edited: AppFiles,
    said: Record<string, string>,
    asks: () => boolean = () => true,
  ): Promise<void> => {
    const seen = async (): Promise<boolean> => {
      if (!asks()) return false
      const texts = await Promise.all(Object.keys(said).map(get))
      return texts.join() === Object.values(said).join()
    }
    for (let attempt = 1; ; attempt++) {
      // oxlint-disable-next-line no-await-in-loop -- again only when it was not seen
      await app.write(edited)
      try {
        // oxlint-disable-next-line no-await-in-loop
        await eventually(seen, 5_000)
        return
      } catch (error) {
        if (attempt === 4) throw error
        console.log(`The watcher of ${target.name} has missed a change; it is written again.`)
      }
    }
  }
  /** What the server has printed since. */
  const outputSince = (): (() => string) => {
    const begin = server.output().length
    return () => server.output().slice(begin)
  }

  beforeAll(async () => {
    app = await createTemporaryApp(files)
    server = await serve(target, app.directory)
  })
  afterAll(async () => {
    await server?.stop()
    app?.remove()
  })

  test('that two modules use is an error when the second is loaded, and names both places', async () => {
    const output = outputSince()
    expect(await get('twice')).toBe('twice')
    expect(await get('again')).toBe('500')
    const [said] = await eventually(() => /Two stores have .*/.exec(output()) ?? undefined)
    expect(said).toMatch(
      /the key 'shared': one is made at src\/lib\/twice\.ts:3:\d+, the other at src\/lib\/again\.ts:3:\d+\./,
    )
    expect([await get('twice'), await get('again')]).toEqual(['twice', '500'])
  })

  test('is free when an edit has taken it away', async () => {
    expect([await get('one'), await get('two')]).toEqual(['one', 'two'])
    await edit({ 'src/lib/two.ts': moduleOf('two', 'first') }, { two: '500' })
    await edit({ 'src/lib/one.ts': moduleOf('one', 'second') }, { two: 'two' })
    expect(await get('one')).toBe('one')
    // Back again, both at once.
    const output = outputSince()
    await edit(
      {
        'src/lib/two.ts': moduleOf('two', 'second', 'two again'),
        'src/lib/one.ts': moduleOf('one', 'first', 'one again'),
      },
      { one: 'one again', two: 'two again' },
      // Who asks between the two would rightly be told that both have one key.
      () => ['one', 'two'].every((name) => output().includes(`page reload src/lib/${name}.ts`)),
    )
    expect(output()).not.toContain('Two stores')
  })

  test('moves with its store to another file, and on', async () => {
    const output = outputSince()
    expect([await get('mover'), await get('host')]).toEqual(['mover', 'host'])
    app.delete('src/lib/mover.ts')
    await edit(
      { 'src/lib/moved.ts': moduleOf('mover', 'moving', 'moved'), ...endpointOf('mover', 'moved') },
      { mover: 'moved' },
    )
    const [, , line] = moduleOf('mover', 'moving', 'moved on').split('\n')
    await edit(
      {
        'src/lib/moved.ts': '',
        'src/lib/host.ts': moduleOf('host', 'staying') + line,
        ...endpointOf('mover', 'host'),
      },
      { mover: 'moved on' },
    )
    expect(await get('host')).toBe('host')
    expect(output()).not.toContain('Two stores')
  })

  test('moves with its store when the old file stays, imported by nobody', async () => {
    const output = outputSince()
    expect(await get('copied')).toBe('copied')
    await edit(
      {
        'src/lib/copy.ts': moduleOf('copied', 'copied', 'a copy'),
        ...endpointOf('copied', 'copy'),
      },
      { copied: 'a copy' },
    )
    expect(output()).not.toContain('Two stores')
  })

  test(
    'stays its store’s through twenty edits and a restart of the server',
    { timeout: 60_000 },
    async () => {
      const output = outputSince()
      for (let number = 1; number <= 20; number++) {
        // The line moves with each edit.
        const text = '// moved\n'.repeat(number % 5) + moduleOf('edited', 'edited', `${number}`)
        // oxlint-disable-next-line no-await-in-loop -- one edit after another
        await edit({ 'src/lib/edited.ts': text }, { edited: `${number}` })
      }
      expect(await get('host')).toBe('host')
      await app.write({ '.env': 'RESTART=1\n' })
      await eventually(() => output().includes('server restarted'), 10_000)
      await edit(
        { 'src/lib/edited.ts': moduleOf('edited', 'edited', 'at last') },
        { edited: 'at last' },
      )
      expect(await get('host')).toBe('host')
      expect(output()).not.toMatch(/Two stores|unhandled/i)
    },
  )
})
