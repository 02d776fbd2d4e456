/** Gathers what one turn brings, and gives it as one message. */
export function createBatch(write: (message: string) => void): (event: { text: string }) => void {
  let texts: string[] = []
  const flush = (): void => {
    const message = texts.join('\n')
    texts = []
    write(message)
  }
  return (event) => {
    if (texts.push(JSON.stringify(event)) === 1) setImmediate(flush)
  }
}

/** The same as an event of a stream. */
export const eventOf = (message: string): string =>
  `data: ${message.replaceAll('\n', '\ndata: ')}\n\n`
