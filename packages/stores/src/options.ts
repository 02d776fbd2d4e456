export interface StoreOptions {
  /**
   * Names the store's value in the page: it is sent with the HTML and the browser's store starts
   * from it. Unique in the app. @default none: the value never leaves the server
   */
  key?: string | undefined
}

/** `writable(value, start?, options?)` and `writable(value, options)` alike. */
export function splitArguments<Start>(
  startOrOptions: Start | StoreOptions | undefined,
  options: StoreOptions | undefined,
): { start: Start | undefined; key: string | undefined } {
  if (typeof startOrOptions === 'object' && startOrOptions !== null) {
    return { start: undefined, key: (startOrOptions as StoreOptions).key }
  }
  return { start: startOrOptions, key: options?.key }
}
