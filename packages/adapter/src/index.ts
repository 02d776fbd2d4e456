import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter } from '@sveltejs/kit'
import { devStores } from '@kitrt/stores/vite'
import { devSockets } from '@kitrt/ws/vite'
import { createAssetTable } from './bundle/asset-table.ts'
import { bundleServer } from './bundle/bundle-server.ts'

export interface AdapterOptions {
  /** Where the build goes. @default 'build' */
  out?: string | undefined
  /** Whether to write Brotli and gzip variants of static files. @default true */
  precompress?: boolean | undefined
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
}: AdapterOptions = {}): Adapter {
  return {
    name: '@kitrt/adapter',
    supports: { read: () => true },
    vite: ({ config }) => ({
      plugins: {
        pre: [
          devSockets({ trusted: config.csrf.trustedOrigins, routes: config.files.routes }),
          devStores(),
        ],
        post: [bundleServer()],
      },
    }),
    async adapt(builder) {
      rmSync(out, { recursive: true, force: true })
      const { config } = builder
      const { base } = config.paths
      const client = join(out, 'client', base)
      const prerendered = join(out, 'prerendered', base)
      const files = {
        client: builder.writeClient(client),
        prerendered: builder.writePrerendered(prerendered),
      }
      if (precompress) {
        builder.log.minor('Compressing static files')
        await Promise.all([builder.compress(client), builder.compress(prerendered)])
      }
      const server = builder.getServerDirectory()
      builder.generateServerInstance(join(server, 'server.js'))
      builder.copy(server, join(out, 'server'))

      const data = {
        base,
        origin: config.paths.origin,
        trustedOrigins: config.csrf.trustedOrigins,
        assets: createAssetTable({
          base,
          client: { directory: client, files: files.client },
          prerendered: {
            directory: prerendered,
            files: files.prerendered,
            paths: builder.prerendered.paths,
          },
          immutable: `/${builder.getAppPath()}/immutable/`,
          mimeTypes: builder.mimeTypes,
        }),
      }
      // What is only known after Vite's build; the server's entry imports it as `#kitrt/build`.
      writeFileSync(
        join(out, 'kitrt.js'),
        `export { server } from './server/server.js'\nexport const directory = import.meta.dirname\nexport const data = JSON.parse(${JSON.stringify(JSON.stringify(data))})\n`,
      )
      writeFileSync(join(out, 'index.js'), `export * from './server/kitrt-entry.js'\n`)
    },
  }
}
