import { rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'

/**
 * Removes the file of a unix socket that a process before this one has left behind.
 *
 * @throws an Error with the code `EADDRINUSE` when somebody still listens on it
 */
export async function removeStaleSocket(path: string): Promise<void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isSocket()) return
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })
  if (answers) throw Object.assign(new Error(`${path} is in use`), { code: 'EADDRINUSE' })
  rmSync(path, { force: true })
}
