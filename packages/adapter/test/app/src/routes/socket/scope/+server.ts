import { get } from 'svelte/store'
import { getRequestEvent } from '$app/server'
import { socket } from '@kitrt/ws'
import { canary } from '#lib/canary.ts'
import { log } from '#lib/server/log.ts'

let number = 0

/** What each callback sees of the request that opened its socket. */
export const GET = socket(({ url }) => {
  const id = url.searchParams.get('id')
  const mine = number++
  const seen = new Set<object>()
  const see = (where: string, peer: object) => {
    seen.add(peer)
    return `${where} ${get(canary)} ${getRequestEvent().locals.user} peers=${seen.size} mine=${mine}`.replace(
      / mine=\d+/,
      '',
    )
  }
  return {
    open: (peer) => peer.send(see('open', peer)),
    async message(peer) {
      await Promise.resolve()
      peer.send(see('message', peer))
    },
    close: (peer) => log(id, see('close', peer)),
  }
})
