const registry = Symbol.for('kitrt.shared')

/**
 * One value for the whole process, however many copies of a package are loaded: `vite.config.ts`
 * loads one natively, the app's modules another through Vite, and both must meet the same sockets.
 *
 * This file is the only one of kitrt that puts something on `globalThis`.
 */
export function shared<T>(name: string, create: () => T): T {
  const holder = globalThis as { [registry]?: Map<string, unknown> }
  const values = (holder[registry] ??= new Map())
  if (!values.has(name)) values.set(name, create())
  return values.get(name) as T
}
