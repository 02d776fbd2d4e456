import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../testing/run-server.ts'
import { serve, targets } from '../testing/targets.ts'
import { askFor, measure, pages } from './measure.ts'
import { tables } from './tables.ts'

const settings = { launches: 1, rounds: 1, accessMs: 1, pages: 10 }

/** What a visitor sees, without the scripts and the links to them, which differ. */
const bodyOf = (html: string): string | undefined =>
  /<body>([^]*?)<script>/.exec(html)?.[1]?.replace(/<!--.*?-->/g, '')

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  test('the benchmarks run, and say something of everything', async () => {
    const measured = await measure(target, settings)
    expect(Object.keys(measured.accesses)).toEqual(['get', 'set', 'subscribe', 'make'])
    expect(Object.keys(measured.pages)).toEqual([...pages])
    for (const ratio of Object.values({ ...measured.accesses, ...measured.pages })) {
      expect(ratio.ratio).toBeGreaterThan(0)
    }
    const text = tables({ [target.name]: measured }).join('\n')
    expect(text.match(new RegExp(`^\\| ${target.name} `, 'gm'))).toHaveLength(7)
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('both sides of each page show the same', async () => {
    const server = await serve(target, `${root}/bench/app`)
    onTestFinished(async () => {
      await server.stop()
    })
    for (const page of pages) {
      const [plain, isolated] = await Promise.all([
        askFor(server.url, page, 'plain').then((response) => response.text()),
        askFor(server.url, page, 'isolated').then((response) => response.text()),
      ])
      expect(bodyOf(plain)).toContain('Article 19 for ada')
      expect(bodyOf(isolated)).toBe(bodyOf(plain))
      // What the browser gets beside the HTML: everything, or nothing.
      const values = page === 'carried' ? 1 : 0
      for (const html of [plain, isolated]) {
        expect(html.match(/"?name"?:"Article 19 for ada"/g) ?? []).toHaveLength(values)
      }
    }
  })
})
