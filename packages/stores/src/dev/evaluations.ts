import { context } from '@kitrt/core/server'
import type { EnvironmentModuleNode, RunnableDevEnvironment } from 'vite'
import type { Evaluation } from '../dev.ts'

const evaluations = context<Evaluation | undefined>('stores.evaluation')

/** The evaluation of a module that runs now; `undefined` in what its functions do later. */
export function currentEvaluation(): Evaluation | undefined {
  return evaluations.getStore()
}

interface Watch {
  /** Modules that the server asked for by itself, such as routes and hooks. */
  entries: WeakSet<EnvironmentModuleNode>
  /** Modules that were refused for a key of theirs. */
  refused: Set<EnvironmentModuleNode>
}

const watches = new WeakMap<object, Watch>()

/**
 * Marks what runs while a module is evaluated: one that a request is the first to `import()` is
 * evaluated in its scope, so that a scope alone does not tell a module's stores from a request's.
 */
export function watchEvaluations({ runner, moduleGraph }: RunnableDevEnvironment): void {
  if (watches.has(moduleGraph)) return
  const entries = new WeakSet<EnvironmentModuleNode>()
  const refused = new Set<EnvironmentModuleNode>()
  watches.set(moduleGraph, { entries, refused })

  /** Whether the app still imports a module: one that it has ceased to import stays evaluated. */
  const isImported = (
    node: EnvironmentModuleNode,
    seen: Set<EnvironmentModuleNode> = new Set(),
  ): boolean => {
    if (entries.has(node)) return true
    if (seen.has(node)) return false
    seen.add(node)
    return [...node.importers].some((importer) => isImported(importer, seen))
  }

  const { evaluator } = runner
  runner.evaluator = {
    startOffset: evaluator.startOffset,
    async runInlinedModule(inlined, code, module) {
      const { id, exports } = module as typeof module & { exports?: unknown }
      const node = moduleGraph.getModuleById(id)
      if (!node) return evaluator.runInlinedModule(inlined, code, module)
      if (node.importers.size === 0) entries.add(node)
      // An edit drops what the server has transformed, in the edited module and in all that lead to
      // it; then the runner begins anew, with other exports.
      const isCurrent = (): boolean =>
        !runner.isClosed() &&
        node.transformResult !== null &&
        runner.evaluatedModules.getModuleById(id)?.exports === exports &&
        isImported(node)
      try {
        await evaluations.run({ isCurrent }, () =>
          evaluator.runInlinedModule(inlined, code, module),
        )
      } catch (error) {
        if ((error as { code?: unknown } | undefined)?.code === 'duplicate-key') refused.add(node)
        throw error
      }
    },
    // Without the mark, which on Deno would outlive the import (see `atBoot` in core).
    runExternalModule: (file) =>
      evaluations.run(undefined, () => evaluator.runExternalModule(file)),
  }
}

/** Lets modules that were refused be evaluated again, whichever file an edit mends. */
export function retryRefused({ moduleGraph }: Pick<RunnableDevEnvironment, 'moduleGraph'>): void {
  const refused = watches.get(moduleGraph)?.refused
  for (const node of refused ?? []) moduleGraph.invalidateModule(node)
  refused?.clear()
}
