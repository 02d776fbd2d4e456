/** Where a fault of an app's own callback is told. Called once for each fault. */
export type OnError = (error: unknown, context: { stage: string }) => void

/**
 * The default {@link OnError}: one line on the console, with the stage (`socket message`, `stream start`, …).
 *
 * It is here and nowhere else that a kitrt package writes to the console by itself.
 */
export const reportError: OnError = (error, { stage }) => {
  // oxlint-disable-next-line no-console -- the one default of the project
  console.error(`[kitrt] a fault in ${stage}:`, error)
}
