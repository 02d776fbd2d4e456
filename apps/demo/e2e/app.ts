import { join } from 'node:path'

export const demo: string = join(import.meta.dirname, '..')
