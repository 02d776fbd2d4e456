import process from 'node:process'

export type RuntimeName = 'Node' | 'Bun' | 'Deno'

/** What this process runs on. */
export const runtime: RuntimeName = process.versions['bun']
  ? 'Bun'
  : process.versions['deno']
    ? 'Deno'
    : 'Node'

export const version: string =
  process.versions['bun'] ?? process.versions['deno'] ?? process.versions.node
