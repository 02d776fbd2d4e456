declare global {
  /** Set by `instrumentation.server.ts`. */
  var instrumented: string | undefined
}

export {}
