/**
 * The text of a request.
 *
 * @param most in bytes
 * @returns `undefined` when it is longer. What is too much is read and dropped, since a client that still
 *   writes would see a broken connection in place of the answer.
 */
export async function readBody(request: Request, most: number): Promise<string | undefined> {
  if (!request.body) return ''
  const decoder = new TextDecoder()
  const reader = request.body.getReader()
  let text = ''
  let size = 0
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- it comes in parts
    const { done, value } = await reader.read()
    if (done) return size > most ? undefined : text + decoder.decode()
    size += (value as Uint8Array).byteLength
    text = size > most ? '' : text + decoder.decode(value, { stream: true })
  }
}
