import { KitrtError } from './error.ts'

/** A schema of any library that follows Standard Schema 1 (valibot, zod, arktype …; standardschema.dev), by its shape. */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes. */
export type Input<S> = S extends Schema<infer In, infer _Out> ? In : never

/** What a schema gives. */
export type Output<S> = S extends Schema<infer _In, infer Out> ? Out : never

/**
 * What a schema makes of a value.
 *
 * @param what names the value in the error
 * @throws {KitrtError} `invalid-message` for a value that does not fit, `bad-argument` for an async schema
 */
export function check<Out>(schema: Schema<any, Out>, value: unknown, what: string): Out {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    throw new KitrtError('bad-argument', `${what} expected a schema that is not async`)
  }
  if (!result.issues) return result.value
  throw new KitrtError('invalid-message', `${what} is not valid: ${said(result.issues)}`, {
    cause: result.issues,
  })
}

const said = (issues: readonly SchemaIssue[]): string =>
  issues
    .map(({ message, path }) => [path?.map(segment).join('.'), message].filter(Boolean).join(': '))
    .join('; ')

const segment = (part: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof part === 'object' ? part.key : part)
