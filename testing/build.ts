import { execFile } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { bin, root } from './run-server.ts'

/** Makes every build current before the tests that serve one: packages, demo and contract app. */
export async function setup(): Promise<void> {
  await promisify(execFile)(join(bin, 'turbo'), ['run', 'build', '--output-logs=errors-only'], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  })
}
