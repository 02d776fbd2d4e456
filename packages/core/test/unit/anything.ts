import type { AnySchema } from '../../src/schema.ts'

/** A schema that takes whatever it gets. */
export const anything: AnySchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
}
