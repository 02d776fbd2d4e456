import process from 'node:process'
import adapter from '@kitrt/adapter'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

/** Several dev servers run at once in the tests; each writes its own files. */
const { DEV_FILES } = process.env

export default defineConfig({
  ...(DEV_FILES && {
    cacheDir: `node_modules/.vite-${DEV_FILES}`,
    // None watches what the others write: on Deno 2.9.5 a new file to watch waits, and the whole
    // process with it, for half a minute and more while many files change.
    server: { watch: { ignored: [`**/.svelte-kit/dev/!(${DEV_FILES})/**`] } },
  }),
  plugins: [
    sveltekit({
      adapter: adapter(),
      compilerOptions: { experimental: { async: true } },
      experimental: { remoteFunctions: true },
      csp: { directives: { 'script-src': ['self'] } },
      csrf: { trustedOrigins: ['https://friend.example'] },
      ...(DEV_FILES && { outDir: `.svelte-kit/dev/${DEV_FILES}/kit` }),
    }),
  ],
})
