import { hub, keepPouring, pour, published } from '#lib/server/tabs.ts'

const acts: Record<string, (search: URLSearchParams) => unknown> = {
  pour: (search) => pour(search.get('room') ?? ''),
  keep: (search) => keepPouring(search.get('room') ?? '', Number(search.get('every'))),
  published: () => published,
  size: () => hub.size,
}

export const GET = async ({ url }) =>
  Response.json((await acts[url.searchParams.get('act') ?? '']?.(url.searchParams)) ?? null)
