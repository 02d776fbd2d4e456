/** What `adapt` writes into `build/kitrt.js`. */
declare module '#kitrt/build' {
  import type { AssetTable } from '../bundle/asset-table.ts'

  /** SvelteKit's server, made by `builder.generateServerInstance`. */
  export const server: {
    init(options: {
      env: Record<string, string | undefined>
      read?: (file: string) => ReadableStream
    }): Promise<void>
    respond(
      request: Request,
      options: { platform?: unknown; getClientAddress: () => string },
    ): Promise<Response>
  }
  /** The build directory, absolute. */
  export const directory: string
  export const data: {
    base: string
    origin: string | undefined
    trustedOrigins: string[]
    /** What the names of the environment variables begin with. */
    envPrefix: string
    /** The path of the health check. */
    health: string | undefined
    assets: AssetTable
  }
}

/** The user's own Hono app, where there is one: the file of the option `app`. */
declare module '#kitrt/app' {
  import type { Hono } from 'hono'

  const app: Hono | undefined
  export default app
}
