import { KitrtError } from './error.ts'

/** A schema of any library that follows Standard Schema 1 (valibot, zod, arktype …; standardschema.dev), by its shape. */
export interface Schema<In = unknown, Out = In> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Out> | Promise<SchemaResult<Out>>
    readonly types?: { readonly input: In; readonly output: Out } | undefined
  }
}

type SchemaResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A schema, whatever it takes. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing else takes every schema
export type SchemaOf<Out> = Schema<any, Out>

/** Any schema. */
// oxlint-disable-next-line typescript/no-explicit-any -- as above
export type AnySchema = Schema<any, any>

/** What a schema takes. */
export type Input<S> = S extends Schema<infer In, infer _Out> ? In : never

/** What a schema gives. */
export type Output<S> = S extends Schema<infer _In, infer Out> ? Out : never

/**
 * What a schema makes of a value.
 *
 * @param what names the value in the error
 * @throws {KitrtError} `invalid-message` for a value that does not fit, `bad-argument` for an async schema, `failed` for
 *   one that throws
 */
export function check<Out>(schema: SchemaOf<Out>, value: unknown, what: string): Out {
  const result = validated(schema, value, what)
  if (result instanceof Promise) {
    throw new KitrtError('bad-argument', `${what} expected a schema that is not async`)
  }
  if (!result.issues) return result.value
  throw new KitrtError(
    'invalid-message',
    `${what} is not valid: ${describeIssues(result.issues)}`,
    {
      cause: result.issues,
    },
  )
}

function validated<Out>(schema: SchemaOf<Out>, value: unknown, what: string) {
  try {
    return schema['~standard'].validate(value)
  } catch (cause) {
    throw new KitrtError('failed', `The schema threw: ${what}`, { cause })
  }
}

/** What a schema has found wrong, for people. */
export const describeIssues = (issues: readonly SchemaIssue[]): string =>
  issues
    .map(({ message, path }) => [path?.map(segment).join('.'), message].filter(Boolean).join(': '))
    .join('; ')

const segment = (part: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof part === 'object' ? part.key : part)
