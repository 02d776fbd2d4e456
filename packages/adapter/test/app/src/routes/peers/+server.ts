import { peers } from '@kitrt/ws'

export const GET = ({ url }) => {
  const route = url.searchParams.get('route') ?? undefined
  const text = url.searchParams.get('text')
  const open = peers(route)
  if (text) for (const peer of open) peer.send(text)
  return Response.json(open.length)
}
