import { produce, replay } from '@kitrt/sse'

const news = replay({ size: 5, key: ({ url }) => url.searchParams.get('topic') ?? '' })

export const GET = produce(news)

export const POST = async ({ request, url }) =>
  Response.json(
    news.emit('message', await request.text(), { key: url.searchParams.get('topic') ?? '' }),
  )
