import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, Builder } from '@sveltejs/kit'
import { devStores } from '@kitrt/stores/vite'
import { devSockets } from '@kitrt/ws/vite'
import type { DevSocketsOptions } from '@kitrt/ws/vite'
import type { Plugin } from 'vite'
import { createAssetTable } from './bundle/asset-table.ts'
import { bundleServer } from './bundle/bundle-server.ts'
import { compressZstd } from './bundle/compress-zstd.ts'
import { compress, configOf, mimeTypesOf, writeServerInstance } from './bundle/kit.ts'
import { devApp } from './dev/dev-app.ts'

export interface AdapterOptions {
  /** Where the build goes. @default 'build' */
  out?: string | undefined
  /** Whether to write Brotli, Zstandard and gzip variants of static files. @default true */
  precompress?: boolean | undefined
  /**
   * What the names of the server's environment variables begin with: with `'APP_'` it is `APP_PORT`.
   * A variable that begins with it and is none of the server's ends the start. @default ''
   */
  envPrefix?: string | undefined
  /**
   * A module whose default export is a Hono app: its middleware and its routes come before static
   * files and SvelteKit, in production, `vite dev` and `vite preview`. @default none
   */
  app?: string | undefined
  /** The path of a health check, such as `'/healthz'`: 200, and 503 as soon as the server is to end. @default none */
  health?: string | undefined
}

/**
 * One build for Node, Bun and Deno, served by Hono, with sockets in production, `vite dev` and
 * `vite preview`, and what `@kitrt/stores` tells in development.
 *
 * ```ts
 * export default defineConfig({ plugins: [sveltekit({ adapter: adapter() })] })
 * ```
 */
export default function adapter({
  out = 'build',
  precompress = true,
  envPrefix = '',
  app,
  health,
}: AdapterOptions = {}): Adapter {
  return {
    name: '@kitrt/adapter',
    supports: { read: () => true, instrumentation: () => true },
    vite: ({ config }) => ({
      plugins: {
        pre: [
          devSockets({ trusted: config.csrf.trustedOrigins, routes: config.files.routes }),
          devApp({ app, outDir: config.outDir }),
          devStores(),
        ],
        post: [bundleServer({ app })],
      },
    }),
    async adapt(builder) {
      const types = app?.replace(/\.[jt]s$/, '.d.ts')
      if (types?.endsWith('.d.ts') && existsSync(types)) {
        builder.log.warn(
          `TypeScript does not read ${types} beside ${app}. Give the Hono app another name, such as src/hono.ts.`,
        )
      }
      rmSync(out, { recursive: true, force: true })
      const config = configOf(builder)
      const { base } = config.paths
      const client = join(out, 'client', base)
      const prerendered = join(out, 'prerendered', base)
      const files = {
        client: builder.writeClient(client),
        prerendered: builder.writePrerendered(prerendered),
      }
      if (precompress) {
        builder.log.minor('Compressing static files')
        await Promise.all(
          [[client, files.client] as const, [prerendered, files.prerendered] as const].map(
            async ([directory, own]) => {
              await compressZstd(directory, await compress(builder, directory, own))
            },
          ),
        )
      }
      const server = builder.getServerDirectory()
      writeServerInstance(builder, server)
      if (builder.hasServerInstrumentationFile()) instrument(builder, server)
      builder.copy(server, join(out, 'server'))

      const data = {
        base,
        origin: config.paths.origin,
        trustedOrigins: config.csrf.trustedOrigins,
        envPrefix,
        health,
        assets: createAssetTable({
          base,
          client: { directory: client, files: files.client },
          prerendered: {
            directory: prerendered,
            files: files.prerendered,
            paths: builder.prerendered.paths,
          },
          immutable: `/${builder.getAppPath()}/immutable/`,
          mimeTypes: mimeTypesOf(builder, [...files.client, ...files.prerendered]),
        }),
      }
      // What is only known after Vite's build; the server's entry imports it as `#kitrt/build`.
      writeFileSync(
        join(out, 'kitrt.js'),
        `export { server } from './server/server.js'\nexport const directory = import.meta.dirname\nexport const data = JSON.parse(${JSON.stringify(JSON.stringify(data))})\n`,
      )
      // Copied elsewhere, the files are still modules.
      writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n')
      writeFileSync(join(out, 'index.js'), `export * from './server/kitrt-entry.js'\n`)
      writeFileSync(join(out, 'handler.js'), `export * from './server/kitrt-handler.js'\n`)
    },
  }
}

/** For SvelteKit 2, which does not ask the adapter for them. */
export type PluginsOptions = Pick<AdapterOptions, 'app'> & DevSocketsOptions

/**
 * The Vite plugins of the adapter, which SvelteKit 2 (2.62 and newer) wants to be listed by hand;
 * SvelteKit 3 has them from the adapter itself.
 *
 * ```ts
 * export default defineConfig({ plugins: [...plugins(), sveltekit({ adapter: adapter() })] })
 * ```
 */
export function plugins({ app, ...sockets }: PluginsOptions = {}): Plugin[] {
  return [
    devSockets(sockets),
    devApp({ app, outDir: '.svelte-kit' }),
    devStores(),
    bundleServer({ app }),
  ]
}

/** Has `src/instrumentation.server.ts` run before anything else, whichever file of the build is imported. */
function instrument(builder: Builder, server: string): void {
  // SvelteKit 2 has no environment to begin with.
  const initializer = builder.createInstrumentationInitializer?.({ outputDirectory: server })
  for (const [name, exports] of [
    ['entry', ['app', 'server', 'close']],
    ['handler', ['handler', 'attach', 'websocket', 'closeConnections']],
  ] as const) {
    builder.instrument({
      entrypoint: join(server, `kitrt-${name}.js`),
      start: join(server, `kitrt-${name}-start.js`),
      instrumentation: join(server, 'instrumentation.server.js'),
      initializer,
      module: { exports: [...exports] },
    })
  }
}
