import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../testing/run-server.ts'

export const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The samples of a README that are files, with the file's name before them. */
export const quotedIn = (text: string): RegExpExecArray[] => [
  ...text.matchAll(/<!-- (\S+) -->\n+```\w+\n([^]*?)```/g),
]
