import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** The server's own files, beside this one in `dist`. */
const serverFiles = fileURLToPath(new URL('../server', import.meta.url)).replaceAll('\\', '/')

/** The module that `adapt` writes after Vite's build; see `src/server/build.d.ts`. */
const handOff = '#kitrt/build'

/** What the server imports as the user's own app; see `src/server/build.d.ts`. */
const userApp = '#kitrt/app'

/**
 * How Vite 8 names what stands for an optional peer dependency that is not installed. It throws when
 * it is imported, so `importApp` must not find it.
 */
const absentPeer = '__vite-optional-peer-dep:'

export interface BundleServerOptions {
  /** The file of the user's own Hono app. */
  app: string | undefined
}

/**
 * Adds our server's entry to SvelteKit's own server build, so that both share their modules, and
 * bundles everything but the app's `dependencies`: the build runs where those are installed.
 */
export function bundleServer({ app }: BundleServerOptions): Plugin {
  return {
    name: 'kitrt:server',
    apply: 'build',
    resolveId(id) {
      if (id === userApp) return app ? resolve(app) : `\0${userApp}`
    },
    load(id) {
      if (id === `\0${userApp}`) return 'export default undefined'
    },
    config(config) {
      const { dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as {
        dependencies?: Record<string, string>
      }
      const through = [config.ssr?.noExternal ?? []].flat().filter((rule) => rule !== true)
      const goesThroughVite = (name: string): boolean =>
        through.some((rule) => (typeof rule === 'string' ? rule === name : rule.test(name)))
      return {
        ssr: {
          external: Object.keys(dependencies).filter((name) => !goesThroughVite(name)),
          noExternal: true,
        },
        environments: {
          ssr: {
            build: {
              rolldownOptions: {
                input: {
                  'kitrt-entry': `${serverFiles}/entry.js`,
                  'kitrt-handler': `${serverFiles}/handler.js`,
                  // For `vite preview`.
                  ...(app !== undefined && { 'kitrt-own-app': resolve(app) }),
                },
                external: [handOff],
                output: {
                  paths: { [handOff]: '../kitrt.js' },
                  chunkFileNames: ({ moduleIds }) => {
                    // The path of the hand-off holds for files at the root of the server's output only.
                    if (moduleIds.some((id) => id.startsWith(serverFiles))) return 'kitrt-[name].js'
                    return `${moduleIds.some((id) => id.includes(absentPeer)) ? 'absent' : 'chunks'}/[name].js`
                  },
                },
              },
            },
          },
        },
      }
    },
  }
}
