import { createHash } from 'node:crypto'

export const POST = async ({ request }) => {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of request.body ?? []) {
    hash.update(chunk)
    size += chunk.byteLength
  }
  return Response.json({ size, hash: hash.digest('hex') })
}
