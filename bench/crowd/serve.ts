// The subscribers of one server or more, in a process of their own, as the measuring process asks for them.
import { createGroup } from './group.ts'
import type { Group, GroupOptions } from './group.ts'

const groups = new Map<string, Group>()

/** What may be asked of a group, by its name. */
const acts: Record<string, (group: string, body: never) => unknown> = {
  connect(name, options: GroupOptions) {
    const group = groups.get(name) ?? createGroup()
    groups.set(name, group)
    return group.connect(options)
  },
  expect: (name, events: number) => groups.get(name)?.expect(events),
  delivered: (name) => groups.get(name)?.delivered(),
  stop: (name) => groups.get(name)?.stop(),
  end(name) {
    groups.get(name)?.end()
    groups.delete(name)
  },
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  error: (error) => new Response(error.message, { status: 500 }),
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const answer = await acts[pathname.slice(1)]?.(
      searchParams.get('group') ?? '',
      (await request.json()) as never,
    )
    return Response.json(answer ?? null)
  },
})
console.log(server.url.origin)
