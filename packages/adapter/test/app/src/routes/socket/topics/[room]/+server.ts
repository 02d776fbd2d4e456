import { socket } from '@kitrt/ws'

/** Commands: `+topic`, `-topic`, `topic=message`, `?`. */
export const GET = socket(
  ({ params }) => ({
    open(peer) {
      peer.subscribe(params['room'] ?? '')
      peer.send('open')
    },
    message(peer, data) {
      const text = String(data)
      const [topic = '', message = ''] = text.split('=')
      try {
        if (text === '?') peer.send(peer.topics.join(','))
        else if (text.startsWith('+')) peer.subscribe(text.slice(1))
        else if (text.startsWith('-')) peer.unsubscribe(text.slice(1))
        else peer.send(JSON.stringify(peer.publish(topic, message)))
      } catch (error) {
        peer.send((error as Error).message)
      }
    },
  }),
  { maxTopics: 3 },
)
