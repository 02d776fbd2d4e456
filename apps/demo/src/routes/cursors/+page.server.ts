import { board } from '#lib/server/hub.ts'

export const load = async () => ({
  pointers: await board().snapshot(),
  here: await board().members(),
})
