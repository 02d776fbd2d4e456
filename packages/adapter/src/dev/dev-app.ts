import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Connect, Plugin, RunnableDevEnvironment } from 'vite'
import { captureResponse } from './captured-response.ts'

export interface DevAppOptions {
  /** The file of the user's own Hono app. @default none */
  app: string | undefined
  /** Where SvelteKit's build is. */
  outDir: string
}

type Listener = ReturnType<typeof getRequestListener>

/** Puts the user's own Hono app before everything else in `vite dev` and `vite preview`, as in production. */
export function devApp({ app, outDir }: DevAppOptions): Plugin {
  return {
    name: 'kitrt:app',
    configureServer({ middlewares, environments, config }) {
      if (app === undefined) return
      // The runner that SvelteKit uses, so that both have the same modules. Asked for each request,
      // it gives the module as it is after the last edit.
      const { runner } = environments['ssr'] as RunnableDevEnvironment
      const file = resolve(config.root, app)
      middlewares.use(before(middlewares, () => runner.import(file)))
    },
    configurePreviewServer({ middlewares, config }) {
      if (app === undefined) return
      const built = resolve(config.root, join(outDir, 'output', 'server', 'kitrt-own-app.js'))
      middlewares.use(before(middlewares, () => import(pathToFileURL(built).href)))
    },
  }
}

/** A middleware that hands every request to the own app, and what that does not answer to all others. */
function before(
  others: Connect.Server,
  load: () => Promise<{ default: Hono }>,
): Connect.NextHandleFunction {
  const seen = new WeakSet<IncomingMessage>()

  /** Everything that comes after the own app. */
  function passOn({ incoming, outgoing }: HttpBindings): Promise<Response> {
    const { response, answered } = captureResponse(incoming)
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) response.destroy()
    })
    others(incoming, response, () => {
      response.writeHead(404).end('Not Found')
    })
    return answered
  }

  let composed: { own: Hono; listener: Listener } | undefined
  const listenerOf = (own: Hono): Listener => {
    if (composed?.own !== own) {
      const whole = new Hono<{ Bindings: HttpBindings }>()
      whole.route('/', own)
      whole.all('*', (c) => passOn(c.env))
      const listener = getRequestListener(
        whole.fetch,
        // It replaces Request and Response, and SvelteKit then refuses what `fetch` gives.
        { overrideGlobalObjects: false },
      )
      composed = { own, listener }
    }
    return composed.listener
  }

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    next: Connect.NextFunction,
  ): Promise<void> => {
    try {
      const { default: own } = await load()
      await listenerOf(own)(request, response)
    } catch (error) {
      next(error)
    }
  }

  return (request, response, next) => {
    if (seen.has(request)) return next()
    seen.add(request)
    void answer(request, response, next)
  }
}
