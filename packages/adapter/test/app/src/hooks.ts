import { createTransport } from '@kitrt/stores'
import { Vector } from '#lib/vector.ts'

export const transport = createTransport({
  Vector: {
    encode: (value) => value instanceof Vector && [value.x, value.y],
    decode: ([x, y]: [number, number]) => new Vector(x, y),
  },
})
