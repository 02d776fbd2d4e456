/** What the standard's EventSource tells of an event. */
export interface SeenEvent {
  type: string
  data: string
  lastEventId: string
}

export interface Listening {
  seen: SeenEvent[]
  close(): void
}

/**
 * Listens as any user of EventSource does. Takes nothing from outside its body, because it is sent to
 * the browser as it stands.
 *
 * @param Source @default the global one
 */
export function listen(
  { url, names }: { url: string; names: string[] },
  Source: typeof EventSource = EventSource,
): Listening {
  const seen: SeenEvent[] = []
  const source = new Source(url)
  for (const name of names) {
    source.addEventListener(name, ({ type, data, lastEventId }) => {
      seen.push({ type, data, lastEventId })
    })
  }
  return { seen, close: () => source.close() }
}
