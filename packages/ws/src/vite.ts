import type { Server } from 'node:http'
import { atBoot } from '@kitrt/core/server'
import type { Plugin, PreviewServer, ViteDevServer } from 'vite'
import { attach } from './node.ts'
import type { Listener } from './node.ts'
import type { OriginOptions } from './origin.ts'
import { slots } from './slot.ts'

export type DevSocketsOptions = OriginOptions

/**
 * Gives `vite dev` and `vite preview` the sockets of the app, beside Vite's own HMR socket. Part of
 * `@kitrt/adapter`; list it yourself when another adapter stays.
 */
export function devSockets(options: DevSocketsOptions = {}): Plugin {
  const hook = (
    server: ViteDevServer | PreviewServer,
    isHmr: (protocol: string) => boolean,
  ): void => {
    // First of all middlewares: a plain request begins without a slot, and without anything that
    // Deno's leak would show it.
    server.middlewares.use((request, _response, next) => {
      const slot = slots.getStore()
      atBoot(() => slots.run(slot?.request === request ? slot : undefined, next))
    })
    const { httpServer } = server
    // In middleware mode the server belongs to somebody else, who can call `attach`.
    if (!httpServer) return
    const proxied = proxyMatcher(server.config.server.proxy ?? {})
    const listener: Listener = (request, response) => {
      server.middlewares(request, response, () => response.writeHead(404).end('Not Found'))
    }
    attach(httpServer as Server, listener, {
      ...options,
      ignore: ({ headers, url = '' }) =>
        isHmr(headers['sec-websocket-protocol'] ?? '') || proxied(url),
    })
  }

  return {
    name: 'kitrt:sockets',
    // The package must go through Vite: it imports `$app/server`, which only Vite can resolve.
    config: () => ({ ssr: { noExternal: [/^@kitrt\//] } }),
    configureServer: (server) => hook(server, (protocol) => /^vite-(?:hmr|ping)$/.test(protocol)),
    configurePreviewServer: (server) => hook(server, () => false),
  }
}

/** Paths that Vite's own proxy answers, upgrades included (`server.proxy` with `ws: true`). */
function proxyMatcher(proxy: Record<string, unknown>): (url: string) => boolean {
  const contexts = Object.keys(proxy)
  return (url) =>
    contexts.some((context) =>
      context.startsWith('^') ? new RegExp(context).test(url) : url.startsWith(context),
    )
}
