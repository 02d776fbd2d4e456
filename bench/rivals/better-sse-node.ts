// better-sse, which broadcasts on a channel.
import { createChannel, createSession } from 'better-sse'
import { listen } from './listen.ts'

const channel = createChannel()

listen(
  (event) => channel.broadcast(event),
  (request, response) =>
    void createSession(request, response).then((session) => channel.register(session)),
)
