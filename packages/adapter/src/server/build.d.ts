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
    assets: AssetTable
  }
}
