/**
 * What the fixture app has noted under an id.
 *
 * @param url of the app
 */
export async function readLog(url: string, id: string): Promise<string[]> {
  return (await fetch(`${url}/log/${id}`)).json() as Promise<string[]>
}
