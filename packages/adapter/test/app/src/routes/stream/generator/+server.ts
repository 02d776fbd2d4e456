import { get } from 'svelte/store'
import { produce } from '@kitrt/sse'
import { error } from '@sveltejs/kit'
import { canary } from '#lib/canary.ts'
import { log } from '#lib/server/log.ts'

/** Counts from where the client was, as fast as it reads; `?fail=` throws before or after the first event. */
export const GET = produce(async function* ({ lastEventId, signal, event: { url } }) {
  const id = url.searchParams.get('id')
  const fail = url.searchParams.get('fail')
  const padding = 'x'.repeat(Number(url.searchParams.get('pad')))
  if (fail === 'refuse') error(403, 'not for you')
  if (fail === 'first') throw new Error('the generator fell over')
  let count = Number(lastEventId ?? 0)
  try {
    while (!signal.aborted && count < Number(url.searchParams.get('to') ?? Infinity)) {
      count++
      yield { event: 'count', data: { count, user: get(canary), padding }, id: String(count) }
      if (fail === 'later') throw new Error('the generator fell over later')
    }
  } finally {
    log(id, `returned ${get(canary)} at ${count}`)
  }
})
