import type { ChannelHub } from '@kitrt/core/server'
import { error } from '@sveltejs/kit'
import { pointers } from '#lib/board.ts'
import { colorOf, takeColor } from '#lib/server/colors.ts'
import { serveCrowd } from '#lib/server/crowd.ts'

export function serveBoard(hub: ChannelHub) {
  const board = hub.serve(pointers, {
    subscribe: () => true,
    publish: ({ user, event }) => user && { ...event, who: user.id },
    presence: ({ user }) => user && { name: user.id, color: colorOf(user.id) },
  })

  hub.answer(pointers, {
    async take({ user, input: color }) {
      if (!user) error(401, 'Say who you are first.')
      const { list } = await board().members()
      const here = new Set(list.map(({ key }) => key))
      const other = takeColor(color, user.id, (id) => here.has(id))
      if (other) error(409, `${other} has ${color}.`)
      // The presence rule is asked anew, on each of this user's connections.
      await hub.recheck({ user: user.id, channel: pointers })
      return color
    },
  })

  serveCrowd(hub)
  return board
}
