import { setTimeout } from 'node:timers/promises'
import { produce } from '@kitrt/sse'
import { error } from '@sveltejs/kit'
import { log } from '#lib/server/log.ts'

export const GET = produce(({ emit, event: { url } }) => {
  const how = url.searchParams.get('how')
  if (how === 'refuse') error(403, 'not for you')
  if (how === 'throw') throw new Error('start fell over')
  if (how === 'reject') return Promise.reject(new Error('start fell over'))
  if (how === 'refuse later') return setTimeout(20).then(() => error(403, 'not for you'))
  if (how === 'late') {
    emit('message', 'first')
    return setTimeout(20).then(() => Promise.reject(new Error('start fell over later')))
  }
  if (how === 'stop') {
    return () => {
      log(url.searchParams.get('id'), 'stop')
      throw new Error('stop fell over')
    }
  }
})
