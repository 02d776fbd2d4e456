import { join } from 'node:path'
import { bin } from '../../../testing/run-server.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { serve } from '../../../testing/targets.ts'
import type { Target } from '../../../testing/targets.ts'

/** The app with every kind of route, which both adapters build. */
export const site: string = join(import.meta.dirname, 'site')

/** As the site's `envPrefix` wants it. */
export const siteEnvironment = (env: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ HOST: '127.0.0.1', PORT: '0', ...env }).map(([name, value]) => [
      `SITE_${name}`,
      value,
    ]),
  )

/** Serves the build of our adapter. */
export const serveSite = (target: Target, env?: Record<string, string>): Promise<RunningServer> =>
  serve(target, site, siteEnvironment(env))

/** Serves the build of adapter-node, on Node. */
export const serveAdapterNode = (env?: Record<string, string>): Promise<RunningServer> =>
  serve(
    {
      name: 'adapter-node',
      runtime: 'node',
      mode: 'production',
      command: [join(bin, 'node'), 'build-node/index.js'],
      gaps: [],
    },
    site,
    siteEnvironment(env),
  )
