import { describeIssues, KitrtError } from '@kitrt/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { SocketData } from './peer.ts'

/** What goes over the wire as one message. */
export type RawData = string | ArrayBuffer | ArrayBufferView<ArrayBuffer>

/** What turns the messages of a route into values and back. */
export interface Codec {
  /** Whether values cross as JSON. */
  readonly json: boolean
  /** @throws {KitrtError} `bad-argument` for a value that cannot be sent */
  encode(value: unknown): RawData
  /** @throws {KitrtError} `invalid-message` for what is none, at once or later */
  decode(data: SocketData): unknown
}

/** Messages as they are. */
export const rawCodec: Codec = {
  json: false,
  encode(data) {
    if (typeof data === 'string' || data instanceof ArrayBuffer) return data
    // Deno sends no shared memory, which another thread could change on the way.
    if (ArrayBuffer.isView(data) && !(data.buffer instanceof SharedArrayBuffer)) {
      return data as RawData
    }
    throw new KitrtError(
      'bad-argument',
      `send() expected a string, an ArrayBuffer or a view of one, got ${data === null ? 'null' : typeof data}. Use JSON.stringify for values, or give the route a schema.`,
    )
  },
  decode: (data) => data,
}

export interface MessageSchemas {
  receive?: StandardSchemaV1 | undefined
  send?: StandardSchemaV1 | undefined
}

/** Messages as JSON, each checked by its schema. */
export function createJsonCodec({ receive, send }: MessageSchemas): Codec {
  return {
    json: true,
    encode(value) {
      const result = send?.['~standard'].validate(value)
      if (result instanceof Promise) {
        throw new KitrtError('bad-argument', 'send() expected a schema that is not async')
      }
      if (result?.issues) {
        throw new KitrtError(
          'bad-argument',
          `send() got an invalid message: ${describeIssues(result.issues)}`,
        )
      }
      const json = JSON.stringify(result ? result.value : value) as string | undefined
      if (json !== undefined) return json
      throw new KitrtError('bad-argument', `send() expected JSON, got ${typeof value}`)
    },
    decode(data) {
      const value = parse(data)
      const result = receive?.['~standard'].validate(value)
      if (result === undefined) return value
      return result instanceof Promise ? result.then(valid) : valid(result)
    },
  }
}

function parse(data: SocketData): unknown {
  if (typeof data !== 'string') {
    throw new KitrtError('invalid-message', 'Expected JSON, got a binary message.')
  }
  try {
    return JSON.parse(data)
  } catch (cause) {
    throw new KitrtError('invalid-message', 'Expected JSON, got other text.', { cause })
  }
}

function valid(result: StandardSchemaV1.Result<unknown>): unknown {
  if (!result.issues) return result.value
  throw new KitrtError(
    'invalid-message',
    `Got an invalid message: ${describeIssues(result.issues)}`,
    {
      cause: result.issues,
    },
  )
}
