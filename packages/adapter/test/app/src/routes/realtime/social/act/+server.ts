import { allPointers, diaries, halls, hub, terms, waits } from '#lib/server/social.ts'

/** What the rest of a server does, for the tests. */
const acts: Record<string, (search: URLSearchParams) => unknown> = {
  point: (search) =>
    allPointers({ id: search.get('id') ?? '' }).publish({
      who: search.get('who') ?? '',
      x: Number(search.get('x')),
    }),
  write: (search) => diaries({ id: search.get('id') ?? '' }).publish(search.get('text') ?? ''),
  term: (search) => {
    const [after, expires] = [search.get('after'), search.get('expires')]
    terms.set(search.get('user') ?? '', {
      ...(after === null ? {} : { after: Number(after) }),
      ...(expires === null ? {} : { expires: Number(expires) }),
    })
  },
  members: (search) => halls({ id: search.get('id') ?? '' }).members(),
  kick: (search) => hub.kick({ user: search.get('user') ?? undefined }),
  waits: () => waits,
  time: () => Date.now(),
}

export const GET = async ({ url }) =>
  Response.json((await acts[url.searchParams.get('act') ?? '']?.(url.searchParams)) ?? null)
