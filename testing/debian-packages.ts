import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Sees to it that Debian packages are installed: what is missing is fetched by apt, where there is
 * one and it may. A test without them skips itself and says the reason that it got here.
 *
 * @returns why they cannot be had, printed too; `undefined` when they are there
 */
export async function debianPackages(...names: string[]): Promise<string | undefined> {
  if (await installed(names)) return undefined
  try {
    if (process.getuid?.() !== 0) throw new Error('only root may install them')
    await install(names).catch(async () => {
      await apt('update')
      await install(names)
    })
    return undefined
  } catch (error) {
    const { message } = error as Error
    const reason = `needs ${names.join(' and ')}: ${/^E: .*/m.exec(message)?.[0] ?? message}`
    console.warn(reason)
    return reason
  }
}

async function installed(names: string[]): Promise<boolean> {
  try {
    const { stdout } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status}\n', ...names])
    return stdout
      .trim()
      .split('\n')
      .every((status) => status === 'installed')
  } catch {
    return false
  }
}

const install = (names: string[]): Promise<unknown> =>
  apt('install', '-y', '--no-install-recommends', ...names)

const apt = (...args: string[]): Promise<unknown> =>
  // Two test files may ask at once.
  run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    timeout: 180_000,
    env: {
      ...process.env,
      DEBIAN_FRONTEND: 'noninteractive',
      // Servers are not started with their installation in runlevel 1.
      RUNLEVEL: '1',
    },
  })
