import { join } from 'node:path'
import type { RunningServer } from '../run-server.ts'
import { serve } from '../targets.ts'
import type { Target } from '../targets.ts'
import type { Ssr } from './app/config.ts'

/** The packages that build the app, named for their SvelteKit. */
export const fixtures = ['kit-3', 'kit-2.70', 'kit-2.62'] as const

export type Fixture = (typeof fixtures)[number]

export const directoryOf = (fixture: Fixture): string => join(import.meta.dirname, fixture)

/** Serves a fixture, which has a build for each way to render. */
export function serveFixture(
  fixture: Fixture,
  target: Target,
  ssr: Ssr,
  build: string = ssr,
): Promise<RunningServer> {
  const command = target.command.map((part) =>
    part === 'build/index.js' ? `build/${build}/index.js` : part,
  )
  return serve({ ...target, command }, directoryOf(fixture), {
    LOOKS: 'logged',
    ISOLATION_SSR: ssr,
    // adapter-node takes itself to be behind HTTPS otherwise, and refuses the origin of forms.
    PROTOCOL_HEADER: 'x-forwarded-proto',
    ...(target.mode === 'dev' && { DEV_FILES: `${target.runtime}-${ssr}` }),
  })
}
