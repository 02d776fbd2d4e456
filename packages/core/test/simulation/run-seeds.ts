import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { bin } from '../../../../testing/run-server.ts'

/** What is young dies young: fewer collections, a tenth of the time. As in the script `sim`. */
const flags = ['--max-semi-space-size=32']

/** Runs seeds in a process of their own, since they take its time and its chance away. */
export function runSeeds(
  folder: string,
  seeds: number,
  from: number,
): Promise<{ failed: boolean; output: string }> {
  const file = join(folder, 'test', 'simulation', 'run.ts')
  const args = [...flags, file, '--seeds', String(seeds), '--from', String(from), '--failures', '1']
  return new Promise((resolve) => {
    execFile(join(bin, 'node'), args, { timeout: 900_000 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr })
    })
  })
}
