import { hub, lounges } from '#lib/server/lounge.ts'

const acts: Record<string, (id: string) => unknown> = {
  size: () => hub.size,
  members: async (id) => (await lounges({ id }).members()).list.map(({ key }) => key),
}

export const GET = async ({ url: { searchParams: search } }) =>
  Response.json((await acts[search.get('act') ?? '']?.(search.get('room') ?? '')) ?? null)
