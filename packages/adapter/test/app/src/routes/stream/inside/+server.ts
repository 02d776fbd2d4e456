import { produce } from '@kitrt/sse'

export const POST = async ({ request }) => {
  const body = await request.text()
  return produce(({ emit, lock }) => {
    emit('message', { body })
    lock.set(false)
  })
}
