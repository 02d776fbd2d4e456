import { KitrtError } from '@kitrt/core'
import { shared } from '@kitrt/core/server'
import type { Codec, RawData } from './codec.ts'
import type { SendResult } from './peer.ts'

/** A peer as its topics know it. */
export interface Subscriber {
  codec: Codec
  deliver: (data: RawData) => SendResult
}

/** What became of a message that was published. */
export interface Published {
  /** To how many peers it was sent, or queued for. */
  sent: number
  /** For how many it was dropped, because they read too slowly. */
  dropped: number
}

type Topics = Map<string, Set<Subscriber>>

/** By route, so that no topic of one route reaches the peers of another. */
const byRoute = shared('ws.topics', () => new Map<string, Topics>())

/** The topics of one peer. */
export interface Subscriptions {
  add(topic: string): void
  remove(topic: string): void
  /** Publishes to all other subscribers of the topic. */
  publish(topic: string, value: unknown): Published
  /** Leaves all of them, for good. */
  end(): void
  readonly topics: readonly string[]
}

/** @param max how many topics it may have */
export function createSubscriptions(route: string, self: Subscriber, max: number): Subscriptions {
  const mine = new Set<string>()
  let over = false

  function remove(topic: string): void {
    if (!mine.delete(topic)) return
    const topics = byRoute.get(route)
    const subscribers = topics?.get(topic)
    subscribers?.delete(self)
    if (subscribers?.size === 0) topics?.delete(topic)
    if (topics?.size === 0) byRoute.delete(route)
  }

  return {
    add(topic) {
      if (over || mine.has(topic)) return
      if (mine.size >= max) {
        throw new KitrtError(
          'bad-argument',
          `A peer of ${route} may subscribe to ${max} topics (maxTopics), and has as many.`,
        )
      }
      mine.add(topic)
      const topics = byRoute.get(route) ?? new Map<string, Set<Subscriber>>()
      byRoute.set(route, topics)
      topics.set(topic, (topics.get(topic) ?? new Set()).add(self))
    },
    remove,
    publish: (topic, value) => publishTo(route, topic, value, self),
    end() {
      over = true
      for (const topic of mine) remove(topic)
    },
    get topics() {
      return [...mine]
    },
  }
}

/**
 * Publishes a message to the peers of a route that have subscribed to a topic, from any server code.
 *
 * @param route the id of a socket route, such as `/chat/[room]`
 * @throws {KitrtError} `bad-argument` for a message that the route cannot send
 */
export function publish(route: string, topic: string, message: unknown): Published {
  return publishTo(route, topic, message)
}

function publishTo(route: string, topic: string, value: unknown, except?: Subscriber): Published {
  const published: Published = { sent: 0, dropped: 0 }
  /** The peers of a route share their codec, but for those from before an edit of it in development. */
  const encoded = new Map<Codec, RawData>()
  // A copy: a peer that is dropped leaves.
  for (const subscriber of [...(byRoute.get(route)?.get(topic) ?? [])]) {
    if (subscriber === except) continue
    const { codec, deliver } = subscriber
    const data = encoded.get(codec) ?? codec.encode(value)
    encoded.set(codec, data)
    const result = deliver(data)
    if (result === 'sent' || result === 'queued') published.sent++
    else if (result === 'dropped') published.dropped++
  }
  return published
}
