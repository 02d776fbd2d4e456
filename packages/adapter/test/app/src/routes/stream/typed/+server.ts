import { stringify } from 'devalue'
import { produce } from '@kitrt/sse'
import { Vector } from '#lib/vector.ts'
import { transport } from '../../../hooks.ts'

const encoders = Object.fromEntries(
  Object.entries(transport).map(([type, { encode }]) => [type, encode]),
)

/** Sends what JSON has no words for. */
export const GET = produce(
  ({ emit }) => void emit('message', { at: new Date(0), vector: new Vector(1, 2) }),
  { serialize: (data) => stringify(data, encoders) },
)
