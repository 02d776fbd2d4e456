import { runtime } from '#lib/server/runtime.ts'
import { sourcesOf } from '#lib/server/sources.ts'

export const load = ({ locals, route }) => ({
  runtime,
  sources: sourcesOf(route.id),
  user: locals.user,
})
