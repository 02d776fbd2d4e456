import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bin } from '../../../testing/run-server.ts'

const app = join(import.meta.dirname, 'app')

/** Builds the contract app once for all targets, with the packages as they are in `dist`. */
export async function setup(): Promise<void> {
  await promisify(execFile)(
    join(bin, 'node'),
    [join(bin, '..', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: app },
  )
}
