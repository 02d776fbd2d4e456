import type { IncomingMessage, Server } from 'node:http'
import { resolve } from 'node:path'
import { beginRequestsAtBoot, isForbiddenMethod } from '@kitrt/core/server'
import type { Plugin, PreviewServer, ProxyOptions, ViteDevServer } from 'vite'
import { closeEdited, closeWithServer } from './hot-update.ts'
import { attach } from './node.ts'
import type { Listener } from './node.ts'
import type { OriginOptions } from './origin.ts'
import { slots } from './slot.ts'

export interface DevSocketsOptions extends OriginOptions {
  /** The folder of the app's routes, from Vite's root (SvelteKit's `files.routes`). @default 'src/routes' */
  routes?: string | undefined
}

/**
 * Gives `vite dev` and `vite preview` the sockets of the app, beside Vite's own HMR socket. Part of
 * `@kitrt/adapter`; list it yourself when another adapter stays.
 */
export function devSockets({ routes = 'src/routes', ...options }: DevSocketsOptions = {}): Plugin {
  const hook = (
    server: ViteDevServer | PreviewServer,
    proxy: Record<string, string | ProxyOptions> = {},
    isHmr: (protocol: string) => boolean = () => false,
  ): void => {
    beginRequestsAtBoot()
    // First of all middlewares: a plain request begins without a slot.
    server.middlewares.use((request, response, next) => {
      if (!isRequest(request)) return response.writeHead(400).end('Bad Request')
      const slot = slots.getStore()
      slots.run(slot?.request === request ? slot : undefined, next)
    })
    const { httpServer } = server
    // In middleware mode the server belongs to somebody else, who can call `attach`.
    if (!httpServer) return
    const proxied = proxyMatcher(proxy)
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
    configureServer(server) {
      hook(server, server.config.server.proxy, (protocol) => /^vite-(?:hmr|ping)$/.test(protocol))
      closeWithServer(server)
    },
    async hotUpdate(update) {
      if (this.environment.name !== 'ssr') return
      const { server } = update
      await closeEdited(server, update, resolve(server.config.root, routes))
    },
    configurePreviewServer: (server) => hook(server, server.config.preview.proxy),
  }
}

/** Whether the fetch standard has a Request like this one; SvelteKit's preview server ends when it has not (3.2). */
function isRequest({ headers, method = '', url = '' }: IncomingMessage): boolean {
  return !isForbiddenMethod(method) && URL.canParse(`http://${headers.host}${url}`)
}

/** Paths whose upgrades Vite's own proxy takes: those with `ws: true` or a target of `ws:`. */
function proxyMatcher(proxy: Record<string, string | ProxyOptions>): (url: string) => boolean {
  const contexts = Object.entries(proxy)
    .filter(([, options]) => {
      const { ws, target } = typeof options === 'string' ? { target: options } : options
      return ws || (typeof target === 'string' && /^wss?:/.test(target))
    })
    .map(([context]) => context)
  return (url) =>
    contexts.some((context) =>
      context.startsWith('^') ? new RegExp(context).test(url) : url.startsWith(context),
    )
}
