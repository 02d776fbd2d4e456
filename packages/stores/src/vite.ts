import { isRunnableDevEnvironment } from 'vite'
import type { Plugin, ViteDevServer } from 'vite'
import { createComponentReads } from './dev/component-reads.ts'
import { currentEvaluation, retryRefused, watchEvaluations } from './dev/evaluations.ts'
import { createPlaces } from './dev/places.ts'
import { createMakerWatch } from './dev/shared-stores.ts'
import { standIn, standInFor } from './dev/stand-ins.ts'
import { createWarn } from './dev/warnings.ts'
import { dev } from './dev.ts'

/**
 * Lets `vite dev` tell of stores that leak from one request to the next, of keyed stores that change
 * after they were rendered, and of keys that two modules use. Part of `@kitrt/adapter`; list it
 * yourself when another adapter stays. In a build it does nothing.
 */
export function devStores(): Plugin {
  return {
    name: 'kitrt:stores',
    apply: (_config, { command, isPreview }) => command === 'serve' && !isPreview,
    applyToEnvironment: ({ name }) => name === 'ssr',
    // Ahead of Vite's own resolution, which knows where Svelte's modules are.
    enforce: 'pre',
    configureServer: watchServer,
    resolveId: (source, importer) => standInFor(source, importer),
    load: standIn,
    hotUpdate() {
      retryRefused(this.environment)
    },
  }
}

function watchServer({ config, environments, middlewares }: ViteDevServer): void {
  const { ssr } = environments
  // Any other runs the app where we cannot look.
  if (!isRunnableDevEnvironment(ssr)) return
  const warn = createWarn(config.logger)
  Object.assign(dev, createComponentReads(config.root, warn), {
    watchMaker: createMakerWatch(warn),
    evaluation: currentEvaluation,
    place: createPlaces(config.root, ssr),
  })
  // The runner must not be made before the server listens (Vite 8).
  middlewares.use((_request, _response, next) => {
    watchEvaluations(ssr)
    next()
  })
}
