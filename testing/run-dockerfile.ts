import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { bin } from './run-server.ts'

/** What a Dockerfile makes, in a folder instead of an image. */
export interface Image {
  /** What `/` would be. */
  root: string
  /** Absolute, in `root`. */
  directory: string
  env: Record<string, string>
  command: string[]
}

export interface RunDockerfileOptions {
  /** The folder of the Dockerfile, with what `.dockerignore` leaves of it. */
  context: string
  /** Where the stages go, a folder for each. */
  stages: string
  /** Does what a `RUN` would get from a registry, and says whether it has. */
  instead: (command: string, directory: string) => boolean
}

/**
 * Runs the steps of a Dockerfile without Docker: the folders of the stages stand for their images, and
 * the programs are those of this project. `USER` and `EXPOSE` do nothing; a step that it does not know
 * is an error. A stage that is there already, as another Dockerfile has the same, is not made again.
 */
export async function runDockerfile(
  file: string,
  { context, stages, instead }: RunDockerfileOptions,
): Promise<Image> {
  let image: Image | undefined
  let fresh = true
  for (const line of readFileSync(join(context, file), 'utf8').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, step = '', rest = ''] = /^(\w+) (.*)$/.exec(line) ?? []
    if (step === 'FROM') {
      const [, name = file] = / AS (\w+)$/.exec(rest) ?? []
      const root = join(stages, name)
      fresh = mkdirSync(root, { recursive: true }) !== undefined
      image = { root, directory: root, env: {}, command: [] }
      continue
    }
    if (!image) throw new Error(`${file}: ${line} stands before FROM`)
    const { root, directory, env } = image
    if (step === 'WORKDIR') {
      image.directory = join(root, rest)
      mkdirSync(image.directory, { recursive: true })
    } else if (step === 'ENV') {
      const [name = '', value = ''] = rest.split('=')
      env[name] = value
    } else if (step === 'CMD') image.command = JSON.parse(rest) as string[]
    else if (step === 'COPY') {
      if (fresh) copy(rest, { context, stages, directory })
    } else if (step === 'RUN') {
      // One after another, as they stand there.
      // oxlint-disable-next-line no-await-in-loop
      if (fresh && !instead(rest, directory)) await run(rest, directory, env)
    } else if (step !== 'USER' && step !== 'EXPOSE') {
      throw new Error(`${file}: ${line} is no step that this knows`)
    }
  }
  if (!image) throw new Error(`${file} has no FROM`)
  return image
}

function copy(
  text: string,
  { context, stages, directory }: { context: string; stages: string; directory: string },
): void {
  const words = text.split(' ')
  const stage = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
  const from = stage === undefined ? context : join(stages, stage)
  const to = words.pop() ?? ''
  for (const word of words) {
    const target = to === './' ? join(directory, word) : join(directory, to)
    cpSync(isAbsolute(word) ? from + word : join(from, word), target, { recursive: true })
  }
}

async function run(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  const [program = '', ...args] = command.split(' ')
  await promisify(execFile)(program, args, {
    cwd,
    env: { ...process.env, ...env, NODE_ENV: undefined, PATH: `${bin}:${process.env['PATH']}` },
  })
}
