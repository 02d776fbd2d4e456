/** A topic of the fixture app's routes that have a history. */
export interface Topic {
  path: string
  /** Sends an event to all who read the topic. Returns its id. */
  publish(text: string): Promise<string>
  /** Ends the streams of all who read it; `/stream/news` only. */
  end(): Promise<void>
}

/**
 * @param url of the app
 * @param route keeps five events as `/stream/news`, and as `/stream/recent` 500
 */
export function topicOf(
  url: string,
  name: string,
  route: '/stream/news' | '/stream/recent' = '/stream/news',
): Topic {
  const path = `${route}?topic=${name}`
  async function ask<T>(method: string, body?: string): Promise<T> {
    const headers = { origin: url, 'content-type': 'application/json' }
    const response = await fetch(url + path, { method, body, headers })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
    return response.json() as Promise<T>
  }
  return {
    path,
    publish: async (text) => (await ask<{ id: string }>('POST', text)).id,
    end: () => ask('DELETE'),
  }
}
