import { room } from '#lib/hub.ts'
import { loadOf, publishTurns } from '#lib/publish-turns.ts'

export const GET = async ({ url: { searchParams } }) => {
  const handle = room({ id: searchParams.get('id') ?? 'all' })
  return Response.json(await publishTurns((event) => handle.publish(event), loadOf(searchParams)))
}
