import { join } from 'node:path'
import process from 'node:process'

const src = join(import.meta.dirname, 'src')

/** Several dev servers run at once in the tests; each writes its own files. */
const { DEV_FILES, ISOLATION_ADAPTER, ISOLATION_SSR } = process.env

/** Whether components may `await`, which changes how Svelte renders them. Each has a build of its own. */
export const ways = ['async', 'sync'] as const

export type Ssr = (typeof ways)[number]

interface IsolationApp {
  ssr: Ssr
  /** Where the build goes. */
  out: string
  /** The options that SvelteKit 2 and 3 share. */
  kit: {
    compilerOptions: { experimental: { async: boolean } }
    experimental: { remoteFunctions: true }
    files: { src: string }
    outDir: string
    prerender: { concurrency: number; handleUnseenRoutes: 'ignore' }
  }
  vite: object
}

/** The one app of the isolation test, for each version of SvelteKit. */
export function isolationApp(): IsolationApp {
  const ssr: Ssr = ISOLATION_SSR === 'sync' ? 'sync' : 'async'
  const build = ISOLATION_ADAPTER ?? ssr
  const files = DEV_FILES ? `dev/${DEV_FILES}` : build
  return {
    ssr,
    out: `build/${build}`,
    kit: {
      compilerOptions: { experimental: { async: ssr === 'async' } },
      experimental: { remoteFunctions: true },
      files: { src: '../app/src' },
      outDir: `.svelte-kit/${files}`,
      prerender: { concurrency: 8, handleUnseenRoutes: 'ignore' },
    },
    vite: {
      cacheDir: `node_modules/.vite-${files.replace('/', '-')}`,
      resolve: {
        alias: { '#ssr': join(src, 'ssr', ssr) },
        // The app is beside the packages that build it, and must find the SvelteKit of each.
        dedupe: ['@sveltejs/kit'],
      },
      server: {
        fs: { allow: [src] },
        // As in the contract's app: what the others write would hold up Deno's.
        watch: { ignored: [`**/.svelte-kit/dev/!(${DEV_FILES})/**`] },
      },
    },
  }
}
