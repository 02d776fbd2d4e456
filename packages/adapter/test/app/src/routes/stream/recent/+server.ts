import { produce, replay } from '@kitrt/sse'

const topicOf = (url: URL) => url.searchParams.get('topic') ?? ''

const news = replay({ key: ({ url }) => topicOf(url) })

/** Ends often, so that its clients resume often. */
export const GET = produce(news, { maxAge: 200, retry: 20 })

export const POST = async ({ request, url }) =>
  Response.json(news.emit('message', await request.text(), { key: topicOf(url) }))
