/** The fixture app's route with a history of five events, by its topics. */
export interface Topic {
  path: string
  /** Sends an event to all who read the topic. */
  publish(text: string): Promise<void>
  /** Ends the streams of all who read it. */
  end(): Promise<void>
}

/** @param url of the app */
export function topicOf(url: string, name: string): Topic {
  const path = `/stream/news?topic=${name}`
  const ask = async (method: string, body?: string): Promise<void> => {
    const headers = { origin: url, 'content-type': 'application/json' }
    const response = await fetch(url + path, { method, body, headers })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
  }
  return { path, publish: (text) => ask('POST', text), end: () => ask('DELETE') }
}
