const files = import.meta.glob<string>(
  [
    '/src/routes/**/+{server,page.server}.ts',
    '/src/routes/**/+page.svelte',
    '/src/lib/**/*.ts',
    '/src/lib/Pointers.svelte',
    '/src/hooks.ts',
  ],
  { query: '?raw', import: 'default', eager: true },
)

/** The files that each page shows beside itself: the ones that it runs on. */
const shown: Record<string, string[]> = {
  '/echo': ['routes/echo/socket/+server.ts', 'routes/echo/+page.svelte'],
  '/clock': ['routes/clock/events/+server.ts', 'routes/clock/+page.svelte'],
  '/cart': ['lib/cart.ts', 'routes/cart/+page.server.ts', 'hooks.ts'],
  '/chat/[room]': [
    'lib/channels.ts',
    'lib/server/hub.ts',
    'lib/server/engine.ts',
    'lib/server/room-of.ts',
    'routes/realtime/+server.ts',
    'lib/realtime.ts',
    'routes/chat/[room]/+page.server.ts',
    'routes/chat/[room]/+page.svelte',
    'lib/outbox.svelte.ts',
    'lib/writers.svelte.ts',
  ],
  '/cursors': [
    'lib/board.ts',
    'lib/server/board.ts',
    'routes/cursors/+page.server.ts',
    'routes/cursors/+page.svelte',
    'lib/Pointers.svelte',
  ],
  '/status': [
    'lib/status.ts',
    'lib/server/metrics.ts',
    'lib/server/status.ts',
    'routes/status/+page.server.ts',
  ],
  '/lobby/[room]': [
    'routes/lobby/[room]/socket/+server.ts',
    'lib/server/room.ts',
    'routes/lobby/[room]/+page.server.ts',
  ],
}

/** The text of a route's files; of a component, its script. */
export function sourcesOf(route: string | null): { file: string; code: string }[] {
  return (shown[route ?? ''] ?? []).map((file) => {
    const text = files[`/src/${file}`]?.trim() ?? ''
    return { file, code: /^<script[^]*?<\/script>/.exec(text)?.[0] ?? text }
  })
}
