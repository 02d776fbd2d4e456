import { produce, replay, streams } from '@kitrt/sse'

const topicOf = (url: URL) => url.searchParams.get('topic') ?? ''

const news = replay({ size: 5, key: ({ url }) => topicOf(url) })

export const GET = produce(news, { retry: 100 })

export const POST = async ({ request, url }) =>
  Response.json(news.emit('message', await request.text(), { key: topicOf(url) }))

/** Ends the streams of a topic. */
export const DELETE = ({ url }) => {
  const open = streams('/stream/news', (event) => topicOf(event.url) === topicOf(url))
  for (const { end } of open) end()
  return Response.json(open.size)
}
