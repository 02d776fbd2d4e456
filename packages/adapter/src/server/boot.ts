import process from 'node:process'
import { data } from '#kitrt/build'
import { KitrtError } from '@kitrt/core'
import { createApp } from './app.ts'
import { runtime, version } from './runtime.ts'
import type { CreateRuntime, ServedApp, ServerRuntime } from './server-runtime.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'

/** Each runtime's file is loaded on its own runtime only: `hono/bun` and `hono/deno` throw elsewhere. */
async function load(): Promise<CreateRuntime> {
  if (runtime === 'Bun') return (await import('./bun.ts')).createRuntime
  if (runtime === 'Deno') return (await import('./deno.ts')).createRuntime
  return (await import('./node.ts')).createRuntime
}

function read(): Settings {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  // What SvelteKit 3 needs; older ones start, and then fail in the middle of requests.
  if (runtime === 'Node' && (major < 22 || (major === 22 && minor < 17))) {
    throw new KitrtError('bad-argument', `Node 22.17 or newer is needed, this is ${version}.`)
  }
  const { envPrefix, origin: pathsOrigin } = data
  return readSettings(process.env, { envPrefix, pathsOrigin, runtime, pid: process.pid })
}

export interface Booted {
  settings: Settings
  runtime: ServerRuntime
  served: ServedApp
}

/** @throws {KitrtError} for settings that make no sense, and what the app throws */
async function boot(): Promise<Booted> {
  const settings = read()
  const createRuntime = await load()
  const own = createRuntime(settings)
  return { settings, runtime: own, served: await createApp(settings, own) }
}

/** One for the process, whichever files of the build it imports. */
export const booted: Promise<Booted> = boot()
// Whoever imports this file awaits it, and throws what it throws.
booted.catch(() => {})
