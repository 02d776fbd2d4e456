import type { ChannelHub } from '@kitrt/core/server'
import { error } from '@sveltejs/kit'
import { pointers } from '#lib/board.ts'
import { colorOf, takeColor } from '#lib/server/colors.ts'
import type { Here } from '#lib/server/colors.ts'
import { serveCrowd } from '#lib/server/crowd.ts'

export function serveBoard(hub: ChannelHub) {
  const board = hub.serve(pointers, {
    subscribe: () => true,
    publish: ({ user, event }) => user && { ...event, who: user.id },
    presence: async ({ user }) => user && { name: user.id, color: colorOf(user.id, await here()) },
  })

  /** With whichever process they are: one person has one colour on all. */
  const here = async (): Promise<Here> => (await board().members()).list

  hub.answer(pointers, {
    async take({ user, input: color }) {
      if (!user) error(401, 'Say who you are first.')
      const other = takeColor(color, user.id, await here())
      if (other) error(409, `${other} has ${color}.`)
      // The presence rule is asked anew, on each of this user's connections.
      await hub.recheck({ user: user.id, channel: pointers })
      return color
    },
  })

  serveCrowd(hub)
  return board
}
