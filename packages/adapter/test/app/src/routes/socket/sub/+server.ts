import { socket } from '@kitrt/ws'

export const GET = socket(async ({ fetch }) => {
  const inner = await fetch('/socket/echo')
  return { open: (peer) => peer.send(`inner ${inner.status}`) }
})
