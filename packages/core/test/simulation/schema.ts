import type { Schema } from '../../src/schema.ts'

/** Any schema that takes what it is given, if it fits. */
export function schemaOf<T>(fits: (value: unknown) => boolean): Schema<T> {
  return {
    '~standard': {
      version: 1,
      vendor: 'simulation',
      validate: (value) =>
        fits(value) ? { value: value as T } : { issues: [{ message: 'does not fit' }] },
    },
  }
}
