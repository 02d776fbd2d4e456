import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { long } from './testing/long.ts'
import { SlowFirst } from './testing/slow-first.ts'

const source = '@kitrt/source'
/** Unit tests have no SvelteKit to resolve this for them. */
const alias = {
  '$app/server': fileURLToPath(new URL('packages/stores/test/unit/app-server.ts', import.meta.url)),
}

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // vitest's second is a wager on the machine's speed; who passes does not wait for it.
    expect: { poll: { timeout: 20_000 } },
    // Of two cores vitest would use one; what is measured has the machine for itself.
    maxWorkers: long ? 1 : 3,
    sequence: { groupOrder: 1, sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        resolve: { alias },
        test: {
          name: 'units',
          include: [
            'packages/{core,ws,sse,adapter,redis}/test/unit/**/*.test.ts',
            'packages/redis/test/faults/*.test.ts',
            'packages/core/test/simulation/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        resolve: { alias },
        plugins: [svelte({ configFile: false })],
        test: {
          name: 'stores',
          include: ['packages/stores/test/unit/**/*.test.ts'],
          environment: 'happy-dom',
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          // They wait more than they compute.
          maxWorkers: 5,
          sequence: { groupOrder: 0 },
          include: [
            'packages/adapter/test/*.test.ts',
            'packages/adapter/test/proxies/*.test.ts',
            'packages/stores/test/dev/*.test.ts',
            'packages/ws/test/interop/*.test.ts',
            'packages/ws/test/interop-clients/*.test.ts',
            'packages/sse/test/interop/*.test.ts',
            'packages/sse/test/interop-clients/*.test.ts',
            'packages/ws/test/set-ups/*.test.ts',
            'bench/*.test.ts',
            'packages/ws/test/hostile/*.test.ts',
          ],
          globalSetup: 'testing/build.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [
            'packages/adapter/test/long/*.test.ts',
            'packages/adapter/test/{faults,fleet,soak}/*.test.ts',
            'testing/isolation/*.test.ts',
            // `npm test` has them by the project below.
            ...(long
              ? [
                  'packages/adapter/test/redis.test.ts',
                  'packages/redis/test/faults/cluster.test.ts',
                  'apps/demo/e2e/{back-forward,crowd,cursors,people,processes,race,sending,status}.test.ts',
                  'packages/core/test/browser/{tabs,presence,offline-publishing}.test.ts',
                  'packages/stores/test/browser/{frozen-tab,channel-faults,another-address}.test.ts',
                ]
              : []),
          ],
          exclude: ['testing/isolation/hydration.test.ts'],
          globalSetup: 'testing/build.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [
            'apps/demo/e2e/*.test.ts',
            'packages/{core,stores}/test/browser/*.test.ts',
            'testing/isolation/hydration.test.ts',
          ],
          globalSetup: 'testing/build.ts',
        },
      },
      {
        // As an app's own tests run: by its own vite.config.
        extends: 'apps/demo/vite.config.ts',
        root: 'apps/demo',
        test: {
          name: 'demo',
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          include: ['test/*.test.ts'],
          globalSetup: fileURLToPath(new URL('testing/build.ts', import.meta.url)),
        },
      },
    ],
  },
})
