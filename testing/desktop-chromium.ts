import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { installedBrowser } from './browser.ts'
import { root } from './run-server.ts'

const run = promisify(execFile)
const folder = join(root, 'node_modules', '.cache', 'desktop-chromium')

/**
 * A whole Chromium, since the one of npm is a headless shell, whose pages never wait in the
 * back/forward cache: the machine's, or Debian's, which is unpacked beside the project and not installed.
 *
 * @returns what to launch it with
 * @throws with one sentence when there is none
 */
export async function desktopChromium(): Promise<{
  executablePath: string
  env?: Record<string, string>
}> {
  const executablePath = installedBrowser()
  if (executablePath) return { executablePath }
  try {
    if (!existsSync(folder)) await unpack()
  } catch (cause) {
    throw new Error(
      'The back/forward cache needs a whole Chromium: install one, or name one in CHROMIUM_PATH.',
      { cause },
    )
  }
  const [libraries = ''] = (await readdir(join(folder, 'usr/lib'))).filter((name) =>
    name.endsWith('-linux-gnu'),
  )
  const path = join(folder, 'usr/lib', libraries)
  return {
    executablePath: join(folder, 'usr/lib/chromium/chromium'),
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: `${path}:${join(path, 'pulseaudio')}`,
    },
  }
}

/** Fetches what apt would install, and leaves the machine as it is. */
async function unpack(): Promise<void> {
  const { stdout } = await run('apt-get', ['install', '-s', '--no-install-recommends', 'chromium'])
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)
  // Moved when it is whole: a run that is cut short leaves none that looks like one.
  const [debs, parts] = [`${folder}.debs`, `${folder}.part`]
  for (const path of [debs, parts]) {
    await rm(path, { recursive: true, force: true })
    await mkdir(path, { recursive: true })
  }
  await run('apt-get', ['download', ...names], { cwd: debs, timeout: 300_000 })
  for (const file of await readdir(debs)) await run('dpkg-deb', ['-x', join(debs, file), parts])
  await rm(debs, { recursive: true })
  await rename(parts, folder)
}
