import { Server } from 'node:http'
import type { ServerResponse } from 'node:http'
import process from 'node:process'
import { atBoot } from './at-boot.ts'
import { forgetContexts } from './context.ts'
import { withRequestLife } from './request-life.ts'
import { shared } from './shared.ts'

/**
 * Has every request to a server of `node:http` begin {@link atBoot} and with a life of its own, on
 * Deno only: adapter-node's and Vite's servers would begin it in the context that an earlier one has
 * left behind, and leave their own. Doing it twice does nothing.
 */
export function beginRequestsAtBoot(): void {
  if (!process.versions['deno']) return
  shared('deno.requests', () => {
    const servers = Server.prototype as { emit: (...event: unknown[]) => boolean }
    const { emit } = servers
    servers.emit = function (this: Server, ...event) {
      forgetContexts()
      const go = (): boolean => emit.apply(this, event)
      const [name, , response] = event
      return atBoot(() =>
        name === 'request' ? withRequestLife(answered(response as ServerResponse), go) : go(),
      )
    }
    return true
  })
}

const answered = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve)
  })
