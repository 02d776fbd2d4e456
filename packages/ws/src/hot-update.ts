import { relative, sep } from 'node:path'
import type { EnvironmentModuleNode, HotUpdateOptions, ViteDevServer } from 'vite'
import { isRunnableDevEnvironment } from 'vite'
import { peers, peersOfOthers } from './peers.ts'

/** What a client does with 1012: it comes back, to the new code. */
const restart = [1012, 'service restart'] as const

/**
 * Closes the peers of the socket routes that an edit concerns, when the new code is there. A fault in
 * the new code closes nobody: they stay with the old until it is mended.
 *
 * @param routes the folder of the app's routes
 */
export async function closeEdited(
  { environments: { ssr }, config }: ViteDevServer,
  { modules, timestamp }: HotUpdateOptions,
  routes: string,
): Promise<void> {
  if (!isRunnableDevEnvironment(ssr)) return
  const edited = [...withImporters(modules)].flatMap(({ file }) => {
    const route = file && routeOf(file, routes)
    return file && route && peers(route).length > 0 ? [{ file, route }] : []
  })
  if (edited.length === 0) return
  // Vite does the same when all plugins have been asked; ours asks for the module before.
  for (const module of modules) {
    ssr.moduleGraph.invalidateModule(module, new Set(), timestamp, true)
  }
  for (const { file, route } of edited) {
    try {
      const { GET } = (await ssr.runner.import(file)) as { GET?: unknown }
      for (const peer of peersOfOthers(route, GET)) peer.close(...restart)
    } catch (error) {
      config.logger.error(
        `${relative(config.root, file)} has a fault; its open sockets stay with the old code until it is mended.\n${(error as Error).message}`,
        { timestamp: true },
      )
    }
  }
}

/** Closes the peers of a dev server before it ends, which would drop them without a word. */
export function closeWithServer(server: ViteDevServer): void {
  // Those of the server in whose place this one comes: Vite ends it when all plugins have been asked.
  for (const peer of peers()) peer.close(...restart)
  const close = server.close.bind(server)
  server.close = async () => {
    for (const peer of peers()) peer.close(...restart)
    // The close frames go out with the turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    await close()
  }
}

function withImporters(
  modules: Iterable<EnvironmentModuleNode>,
  seen: Set<EnvironmentModuleNode> = new Set(),
): Set<EnvironmentModuleNode> {
  for (const module of modules) {
    if (!seen.has(module)) withImporters(module.importers, seen.add(module))
  }
  return seen
}

/** The id of the route that a file answers; `undefined` for any other file. */
export function routeOf(file: string, routes: string): string | undefined {
  const match = /^(.*?)[/\\]?\+server\.[jt]s$/.exec(relative(routes, file))
  if (!match || match[1]?.startsWith('..')) return undefined
  return `/${match[1]?.split(sep).join('/')}`
}
