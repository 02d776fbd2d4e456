import { channel } from '@kitrt/core'
import * as v from 'valibot'

const params = v.object({ id: v.string() })

/** Where everybody points at. */
export const pointers = channel('pointers', {
  params,
  event: v.object({ who: v.string(), x: v.number() }),
  publish: v.object({ who: v.string(), x: v.number() }),
  policy: 'latest',
  key: ({ who }) => who,
})

/** That somebody is typing. */
export const typing = channel('typing', {
  params,
  event: v.object({ who: v.string() }),
  publish: v.object({}),
  policy: 'volatile',
})

/** Who is in a hall. */
export const hall = channel('hall', {
  params,
  event: v.string(),
  presence: v.object({ name: v.string(), mood: v.optional(v.string()) }),
})

/** Sums, and other things that are asked for. */
export const desk = channel('desk', {
  params,
  event: v.string(),
  calls: {
    add: { input: v.tuple([v.number(), v.number()]), output: v.number() },
    wait: { input: v.object({}), output: v.null() },
    refuse: { input: v.object({}), output: v.null() },
    break: { input: v.object({}), output: v.null() },
    unanswered: { input: v.object({}), output: v.null() },
  },
})

/** What each may read from when it came. */
export const diary = channel('diary', { params, event: v.string() })
