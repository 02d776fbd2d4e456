import { build } from 'vite'

/**
 * A module and what it needs as one script for browsers, which puts its exports in a variable.
 *
 * @param entry the file
 * @param name of the variable
 */
export async function bundle(entry: string, name: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['svelte', 'browser', 'module', 'import'] },
    build: { write: false, minify: false, lib: { entry, name, formats: ['iife'] } },
  })
  for (const { output } of [result].flat().filter((one) => 'output' in one)) return output[0].code
  throw new Error(`nothing was made of ${entry}`)
}
