import { describe } from 'vitest'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { interop } from './interop.ts'

const missing = await debianPackages('python3-websockets')

describe.skipIf(missing)(missing ?? 'python3-websockets', () => {
  // Not the first `python3` of the PATH: Debian's modules are Debian's Python's.
  interop(['/usr/bin/python3', 'servers/python.py'])
})
