import { Server } from 'node:http'
import process from 'node:process'
import { atBoot } from './at-boot.ts'
import { shared } from './shared.ts'

/**
 * Has every request to a server of `node:http` begin {@link atBoot}, on Deno only: adapter-node's and
 * Vite's servers would begin it in the context that an earlier one has left behind. Doing it twice
 * does nothing.
 */
export function beginRequestsAtBoot(): void {
  if (!process.versions['deno']) return
  shared('deno.requests', () => {
    const servers = Server.prototype as { emit: (...event: unknown[]) => boolean }
    const { emit } = servers
    servers.emit = function (this: Server, ...event) {
      return atBoot(() => emit.apply(this, event))
    }
    return true
  })
}
