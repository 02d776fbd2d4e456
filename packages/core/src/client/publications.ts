import { channelKey } from '../channel.ts'
import type { AnyChannel } from '../channel.ts'
import { KitrtError } from '../error.ts'
import type { OnError } from '../on-error.ts'
import { isKey } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import type { Following } from './following.ts'
import { newKey } from './new-key.ts'
import type { Poster } from './poster.ts'
import { createPublisher } from './publisher.ts'
import type { Publication, Publisher } from './publisher.ts'
import type { Succession } from './succession.ts'

export interface PublishOptions {
  /** Of 1 to 100 characters, the same for what is the same: it is stored once. @default a new one */
  key?: string | undefined
  /**
   * Gives the event that is shown until the server's own comes, or the publication is refused.
   * It gets the key. @default nothing is shown
   */
  optimistic?: ((key: string) => unknown) | undefined
}

/** What an app publishes by a session. */
export interface Publications extends Pick<Publisher, 'waiting' | 'lost' | 'refused' | 'close'> {
  /**
   * See {@link Publisher.publish}.
   *
   * @throws {KitrtError} `invalid-message` for what does not fit the schema, `bad-argument` for a key that is none
   */
  publish(
    channel: AnyChannel,
    params: unknown,
    data: unknown,
    options?: PublishOptions,
  ): Promise<{ position: Position }>
  /** There is a connection. @param max what the server takes as one message, in characters */
  open(max: number): void
}

export interface PublicationsOptions {
  /** Where they go, if it goes both ways. */
  line: Succession
  /** Takes them, where the line goes one way. */
  post: Poster['post']
  /** An id that no frame had. */
  nextId: () => number
  /** How many may wait for an answer. */
  maxWaiting: number
  /** Told when something waits. */
  onWaiting: () => void
  /** Told when nothing waits any more. */
  onIdle: () => void
  /** Who follows a channel here, by its key. */
  followingOf: (key: string) => Following | undefined
  onError: OnError
}

/** What a publish takes beside its params and its data, in characters: a name and a key of 100 at most, and `hi`. */
const overhead = 300

/** Shows what is published at once where it shall be, and sends it on the connection that there is. */
export function createPublications({
  line,
  post,
  nextId,
  maxWaiting,
  onWaiting,
  onIdle,
  followingOf,
  onError,
}: PublicationsOptions): Publications {
  let largest = Infinity
  const publisher = createPublisher({
    maxWaiting,
    keyTtl: 600_000,
    send: (publication) => void send(publication),
    onIdle,
  })

  async function send({ name, params, data, key, size }: Publication): Promise<void> {
    const id = nextId()
    const frame = { id, pub: { ch: name, p: params, d: data, k: key } }
    // Sent all the same, it would cost all others their connection, each time anew.
    if (size + overhead > largest) {
      return publisher.answered(key, { err: { code: 'invalid', retry: false } })
    }
    const { current } = line
    if (current?.duplex) {
      current.answers.set(id, (answer) => answer && publisher.answered(key, answer))
      return current.send(frame)
    }
    try {
      for (const answer of (await post(frame)) ?? []) publisher.answered(key, answer)
    } catch {
      // Whether it was stored, the same key will tell.
      publisher.answered(key, { err: { code: 'unavailable', retry: true } })
    }
  }

  return {
    get waiting() {
      return publisher.waiting
    },
    async publish(channel, params, data, { key = newKey(), optimistic } = {}) {
      // Another key costs all others their connection.
      if (!isKey(key)) throw new KitrtError('bad-argument', 'a key has 1 to 100 characters')
      channel.draft(data)
      const { name, policy } = channel
      const of = channelKey(name, params)
      const sent = publisher.publish({
        channel: of,
        name,
        params,
        data,
        key,
        policy,
        about: channel.keyOf(data),
        // Throws for what has no JSON: that must not wait for a connection.
        size: JSON.stringify([params, data]).length,
      })
      onWaiting()
      const following = optimistic && followingOf(of)
      if (!following) return sent
      try {
        following.expect(key, optimistic(key))
      } catch (error) {
        // It is on its way, and comes without being shown before.
        onError(error, { stage: `what ${of} shows of a publication` })
      }
      try {
        const stored = await sent
        following.settle(key, stored.position)
        return stored
      } catch (error) {
        following.settle(key)
        throw error
      }
    },
    open(max) {
      largest = max
      publisher.open()
    },
    lost: publisher.lost,
    refused: publisher.refused,
    close: publisher.close,
  }
}
