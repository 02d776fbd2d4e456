import process from 'node:process'
import { sveltekit } from '@sveltejs/kit/vite'
import type { Adapter } from '@sveltejs/kit'
import type { UserConfig } from 'vite'

/** Several dev servers run at once in the tests; each writes its own files. */
const { DEV_FILES } = process.env

/** The same app, whichever adapter builds it. */
export const siteConfig = (adapter: Adapter, outDir = '.svelte-kit'): UserConfig => ({
  ...(DEV_FILES && {
    cacheDir: `node_modules/.vite-${DEV_FILES}`,
    // As in the contract's app: what the others write would hold up Deno's.
    server: { watch: { ignored: [`**/.svelte-kit/dev/!(${DEV_FILES})/**`] } },
  }),
  plugins: [
    sveltekit({
      adapter,
      outDir: DEV_FILES ? `.svelte-kit/dev/${DEV_FILES}/kit` : outDir,
      compilerOptions: { experimental: { async: true } },
      experimental: { remoteFunctions: true },
      paths: { base: '/base' },
      // The time of the build otherwise, which the names of the files hold.
      version: { name: 'one' },
    }),
  ],
})
