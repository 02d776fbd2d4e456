import { fileURLToPath } from 'node:url'
import { isOfTheApp } from '../call-site.ts'

/** What makes stores, by the module of Svelte that exports it. */
const makers = new Map([
  ['svelte/store', ['writable', 'toStore']],
  ['svelte/motion', ['tweened', 'spring']],
])

/** What runs the server's code of components. It is internal to Svelte: a test watches over what we use of it. */
const internal = 'svelte/internal/server'

/** Begins the ids of our modules; a null byte keeps others from taking them for files. */
const prefix = '\0kitrt:stores:'

/** The registry, by the path under which the app's imports of this package load it. */
const registry = fileURLToPath(
  new URL(`../dev${import.meta.url.slice(-'.js'.length)}`, import.meta.url),
).replaceAll('\\', '/')

/** The id of the module that an importer gets instead of one of Svelte's; `undefined` where it gets Svelte's own. */
export function standInFor(source: string, importer = ''): string | undefined {
  if (importer.startsWith('\0')) return undefined
  if (makers.has(source) && isOfTheApp(importer)) return prefix + source
  const [file = ''] = importer.split('?')
  // The colon at its end keeps the id from being taken for a component's.
  if (source === internal && file.endsWith('.svelte')) return `${prefix}${internal}:${file}:`
}

/** The code of a module of ours; `undefined` for any other id. */
export function standIn(id: string): string | undefined {
  if (!id.startsWith(prefix)) return undefined
  const [, source = '', component] = /^([^:]*)(?::(.*):)?$/.exec(id.slice(prefix.length)) ?? []
  const watched =
    component === undefined
      ? (makers.get(source) ?? []).map((name) => [name, `dev.watchMaker?.(svelte.${name})`])
      : [['store_get', `dev.watchReads?.(${JSON.stringify(component)}, svelte.store_get)`]]
  return [
    `import * as svelte from '${source}'`,
    `import { dev } from ${JSON.stringify(registry)}`,
    `export * from '${source}'`,
    ...watched.map(([name, stand]) => `export const ${name} = ${stand} ?? svelte.${name}`),
  ].join('\n')
}
