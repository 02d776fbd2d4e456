import process from 'node:process'

const { bun, deno, node } = process.versions as Record<string, string>

/** What serves this page. */
export const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`
