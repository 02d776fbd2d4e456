import type { RunningServer } from '../../../../testing/run-server.ts'

/** Lets the contract app do something; see its route. */
export async function act<T = unknown>(
  { url }: Pick<RunningServer, 'url'>,
  name: string,
  search: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(
    `${url}/realtime/act?${new URLSearchParams({ act: name, ...search })}`,
  )
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`)
  return response.json() as Promise<T>
}
