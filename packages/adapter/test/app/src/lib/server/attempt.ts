/** What a read gives, or the error that it throws. */
export function attempt(read: () => unknown): unknown {
  try {
    return { value: read() }
  } catch (error) {
    const { name, code, message } = error as Error & { code: string }
    return { name, code, message }
  }
}
