import { writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Builder } from '@sveltejs/kit'
import { getMimeType } from 'hono/utils/mime'

/** What we read of SvelteKit's configuration. */
export interface KitConfig {
  outDir: string
  paths: { base: string; origin?: string | undefined }
  csrf: { trustedOrigins: string[] }
  files: { routes: string }
}

/** What SvelteKit 2 has instead of what we use of 3. */
interface Builder2 {
  config: { kit: KitConfig }
  generateManifest(options: { relativePath: string }): string
}

/** SvelteKit 2.62 and newer has another builder than 3. */
const isKit2 = (builder: unknown): builder is Builder2 =>
  !('generateServerInstance' in (builder as object))

export function configOf(builder: Builder): KitConfig {
  return isKit2(builder) ? builder.config.kit : builder.config
}

/** Writes the module that exports SvelteKit's server. */
export function writeServerInstance(builder: Builder, server: string): void {
  const file = join(server, 'server.js')
  if (!isKit2(builder)) return builder.generateServerInstance(file)
  writeFileSync(
    file,
    `import { Server } from './index.js'\nexport const server = new Server(${builder.generateManifest({ relativePath: './' })})\n`,
  )
}

/** Types by the ending of a file's name. */
export function mimeTypesOf(builder: Builder, files: string[]): Record<string, string> {
  if (!isKit2(builder)) return builder.mimeTypes
  const endings = new Set(files.map((file) => extname(file)))
  return Object.fromEntries(
    [...endings].flatMap((ending) => {
      const type = getMimeType(`file${ending}`)?.split(';')[0]
      return type === undefined ? [] : [[ending, type]]
    }),
  )
}

/** @returns the files that were compressed, of which SvelteKit 2 does not tell */
export async function compress(
  builder: Builder,
  directory: string,
  files: string[],
): Promise<string[]> {
  const compressed = (await builder.compress(directory)) as string[] | undefined
  if (compressed) return compressed
  // Those that it takes, in 2.62 and 2.70.
  return files.filter((file) => /\.(?:html|js|mjs|json|css|svg|xml|wasm|txt)$/.test(file))
}
