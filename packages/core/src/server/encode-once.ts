/**
 * Makes an encoder that keeps its last text until the code that runs has ended: what goes to many
 * connections at once is encoded once. Who gets it must not change it.
 */
export function encodeOnce<T>(encode: (text: string) => T): (text: string) => T {
  let last: { text: string; encoded: T } | undefined
  return (text) => {
    if (last?.text === text) return last.encoded
    if (!last) {
      queueMicrotask(() => {
        last = undefined
      })
    }
    last = { text, encoded: encode(text) }
    return last.encoded
  }
}
