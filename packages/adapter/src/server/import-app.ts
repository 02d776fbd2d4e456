import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { directory } from '#kitrt/build'
import { reportError } from '@kitrt/core'

/**
 * Imports every module of the app before the first request, instead of with the first request that
 * needs it.
 *
 * - On Deno a first `import()` inside a request would leave that request's AsyncLocalStorage to all
 *   others (2.8.3 to 2.9.6; see `atBoot` in core).
 * - The origins that socket routes name must be known when the first handshake comes.
 * - Two stores with one key, and other mistakes of this kind, end the start and not a request.
 *
 * @throws {KitrtError} what our own packages found wrong. Any other fault is reported, and is the
 *   answer to the requests that need the module, as it would have been.
 */
export async function importApp(): Promise<void> {
  for (const folder of ['nodes', 'entries', 'chunks']) {
    const path = join(directory, 'server', folder)
    if (!existsSync(path)) continue
    for (const file of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.js')) await importFile(join(path, file))
    }
  }
}

async function importFile(file: string): Promise<void> {
  try {
    await import(pathToFileURL(file).href)
  } catch (error) {
    // By its name: the app's modules may hold a copy of the class of their own.
    if ((error as Error).name === 'KitrtError') throw error
    reportError(error, { stage: `the loading of ${file}` })
  }
}
