import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { interop } from './interop.ts'

// Debian's own python3: what a version manager puts in front of it does not see Debian's packages.
const python = '/usr/bin/python3'

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 100_000 })
}

/** Brings python3-websockets, if need be. @returns why there is none */
function missing(): string | undefined {
  const steps = [
    () => {},
    () => run('apt-get', 'install', '-y', '--no-install-recommends', 'python3-websockets'),
    // A fresh machine knows no packages yet.
    () => run('apt-get', 'update'),
    () => run('apt-get', 'install', '-y', '--no-install-recommends', 'python3-websockets'),
  ]
  let reason: unknown
  for (const step of steps) {
    try {
      step()
      run(python, '-c', 'import websockets')
      return undefined
    } catch (error) {
      reason = error
    }
  }
  return String(reason)
}

const reason = missing()
if (reason === undefined) interop([python, 'servers/python.py'])
else {
  test('python3-websockets', ({ skip }) => {
    expect(reason).not.toBe('')
    console.warn(`Not tested against python3-websockets: ${reason}`)
    skip(reason)
  })
}
