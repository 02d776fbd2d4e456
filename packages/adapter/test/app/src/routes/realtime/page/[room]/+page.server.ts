import { rooms } from '#lib/server/hub.ts'

export const load = async ({ params }) => ({
  room: params.room,
  notes: await rooms({ id: params.room }).snapshot(),
})
