import { channel } from '@kitrt/core'
import * as v from 'valibot'

/** By name, as the page and the refusals say them. */
export const colors = {
  coral: '#e8613c',
  amber: '#d99a1c',
  olive: '#8a9a1f',
  jade: '#2fa86a',
  teal: '#1c9bab',
  azure: '#3b82e6',
  violet: '#8b62e0',
  rose: '#d6508f',
} as const
export type Color = keyof typeof colors
const Color = v.picklist(Object.keys(colors) as Color[])

/** Of the board's width and height. */
const Part = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const Pointer = v.object({ who: v.string(), x: Part, y: Part })
export type Pointer = v.InferOutput<typeof Pointer>

const key = ({ who }: Pointer): string => who

/** Where everybody points at: of each the newest counts. */
export const pointers = channel('pointers', {
  event: Pointer,
  publish: v.object({ x: Part, y: Part }),
  policy: 'latest',
  key,
  presence: v.object({ name: v.string(), color: v.optional(Color) }),
  calls: { take: { input: Color, output: Color } },
})

/** Pointers that the server makes, for those who want to feel many. */
export const crowd = channel('crowd', {
  event: Pointer,
  policy: 'latest',
  key,
  calls: {
    /** For how long they move, in ms. */
    start: { input: v.object({}), output: v.number() },
  },
})
