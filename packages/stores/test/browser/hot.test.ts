import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchBrowser, visit } from '../../../../testing/browser.ts'
import type { Visitor } from '../../../../testing/browser.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { createTemporaryApp } from '../../../../testing/temporary-app.ts'
import type { AppFiles, EditableApp } from '../../../../testing/editable-app.ts'

/** The modules and the component, as of an edit. */
const stores = (edit: number): string => `import { writable as plain } from 'svelte/store'
import { defineStore, derived, writable } from '@kitrt/stores'

export const edit = ${edit}
export const count = writable(0, { key: 'count' })
export const double = derived(count, ($count) => $count * 2)
export const unkeyed = writable(0)
export const ofSvelte = plain(0)
export const list = defineStore(
  () => {
    const { set, subscribe, update } = plain<string[]>([])
    return { set, subscribe, add: () => update((items) => [...items, 'of edit ${edit}']) }
  },
  { key: 'list' },
)
`
const session = (edit: number): string => `import { isolated } from '@kitrt/stores'

class Session {
  #clicks = $state(0)
  notes = $state<string[]>([])
  click() {
    this.#clicks++
    this.notes.push('of edit ${edit}')
  }
  get clicks() {
    return this.#clicks
  }
  toJSON() {
    return { clicks: this.#clicks, notes: this.notes }
  }
  static from({ clicks, notes }: { clicks: number; notes: string[] }) {
    const session = new Session()
    session.#clicks = clicks
    session.notes = notes
    return session
  }
}

export const edit = ${edit}
export const session = isolated(() => new Session(), {
  key: 'session',
  snapshot: (session) => session.toJSON(),
  restore: Session.from,
})
`
const page = (edit: number): string => `<script lang="ts">
  import { count, double, edit, list, ofSvelte, unkeyed } from '#lib/stores.ts'
  import { edit as sessionEdit, session } from '#lib/session.svelte.ts'

  const change = () => {
    $count++
    $unkeyed++
    $ofSvelte++
    list.add()
    session.click()
  }
</script>

<p id="edits">page ${edit}, stores {edit}, session {sessionEdit}</p>
<p id="values">{$count} {$double} {$unkeyed} {$ofSvelte}</p>
<p id="list">{$list.join()}</p>
<p id="session">{session.clicks} {session.notes.join()}</p>
<button onclick={change}>change</button>
`

const firstFiles = {
  'src/lib/stores.ts': stores(1),
  'src/lib/session.svelte.ts': session(1),
  'src/routes/+page.server.ts': `import { count } from '#lib/stores.ts'

export const load = () => count.set(10)
`,
  'src/routes/+page.svelte': page(1),
}

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const shown = (at: Page): Promise<string[]> =>
  Promise.all(['edits', 'values', 'list', 'session'].map((id) => at.locator(`#${id}`).innerText()))

describe.each(targets.filter(({ mode }) => mode === 'dev'))('an edit on $name', (target) => {
  test('brings the new code, and leaves the state of the page', { timeout: 90_000 }, async () => {
    const app: EditableApp = await createTemporaryApp(firstFiles)
    const server = await serve(target, app.directory)
    onTestFinished(async () => {
      await server.stop()
      app.remove()
    })
    // A dev server optimises what it meets first, and then reloads the page.
    const first = await visit(browser, server.url)
    await first.page.waitForLoadState('networkidle')
    await first.context.close()

    const { page: tab, complaints, context }: Visitor = await visit(browser, server.url)
    await tab.evaluate(() => Object.assign(globalThis, { samePage: true }))
    const change = async (): Promise<void> => {
      const before = (await shown(tab))[1]
      // Only a page that has hydrated changes.
      await expect
        .poll(async () => {
          await tab.getByRole('button').click()
          return (await shown(tab))[1]
        })
        .not.toBe(before)
    }
    /** Writes files, and waits until the page has the new code. */
    const edit = async (files: AppFiles, text: string): Promise<void> => {
      await app.write(files)
      await expect.poll(async () => (await shown(tab))[0], { timeout: 20_000 }).toBe(text)
    }

    expect(await shown(tab)).toEqual(['page 1, stores 1, session 1', '10 20 0 0', '', '0'])
    await change()
    await edit({ 'src/routes/+page.svelte': page(2) }, 'page 2, stores 1, session 1')
    expect((await shown(tab)).slice(1)).toEqual(['11 22 1 1', 'of edit 1', '1 of edit 1'])

    await edit({ 'src/lib/stores.ts': stores(2) }, 'page 2, stores 2, session 1')
    // A store without a key begins anew with its module, as svelte/store's do.
    expect((await shown(tab)).slice(1)).toEqual(['11 22 0 0', 'of edit 1', '1 of edit 1'])
    await change()
    expect((await shown(tab)).slice(1)).toEqual([
      '12 24 1 1',
      'of edit 1,of edit 2',
      '2 of edit 1,of edit 1',
    ])

    await edit({ 'src/lib/session.svelte.ts': session(2) }, 'page 2, stores 2, session 2')
    await change()
    expect((await shown(tab)).slice(1)).toEqual([
      '13 26 2 2',
      'of edit 1,of edit 2,of edit 2',
      '3 of edit 1,of edit 1,of edit 2',
    ])

    await edit(
      {
        'src/lib/stores.ts': stores(3),
        'src/lib/session.svelte.ts': session(3),
        'src/routes/+page.svelte': page(3),
      },
      'page 3, stores 3, session 3',
    )
    expect((await shown(tab)).slice(1)).toEqual([
      '13 26 0 0',
      'of edit 1,of edit 2,of edit 2',
      '3 of edit 1,of edit 1,of edit 2',
    ])

    expect(await tab.evaluate(() => 'samePage' in globalThis)).toBe(true)
    expect(complaints).toEqual([])
    // The server has the new code too, and its own values.
    expect(await (await fetch(server.url)).text()).toContain('page 3, stores 3, session 3')
    expect(server.output()).not.toMatch(/error|unhandled|\[kitrt\]/i)
    await context.close()
  })
})
