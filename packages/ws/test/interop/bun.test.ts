import { join } from 'node:path'
import { bin } from '../../../../testing/run-server.ts'
import { interop } from './interop.ts'

interop([join(bin, 'bun'), 'run', 'servers/bun.ts'])
