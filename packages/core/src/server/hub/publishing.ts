import type { Fault } from '../../protocol/frames.ts'

/** What a publish came to. */
export type PublishAnswer = { ack: { n: string; dup?: true } } | { err: Fault }

/**
 * Runs the publishes of one connection, those of a channel one after another. When one may succeed
 * later, those of its channel that wait behind it fail likewise: none overtakes another (rule 5).
 */
export interface Publishing {
  /** Answers `busy` at once when too many are under way or wait. */
  add(
    channel: string,
    publish: () => Promise<PublishAnswer>,
    answer: (answer: PublishAnswer) => void,
  ): void
}

interface Waiting {
  publish: () => Promise<PublishAnswer>
  answer: (answer: PublishAnswer) => void
}

/** @param max how many may be under way or wait, in all channels */
export function createPublishing(max: number): Publishing {
  const queues = new Map<string, Waiting[]>()
  /** Channels of which one was refused, until those before it are answered: what comes meanwhile was sent behind it. */
  const refused = new Set<string>()
  let size = 0

  async function run(channel: string, queue: Waiting[]): Promise<void> {
    for (let next = queue[0]; next; next = queue[0]) {
      // oxlint-disable-next-line no-await-in-loop -- one after another is the point
      const answer = await next.publish()
      const failed = 'err' in answer && answer.err.retry
      const answered = failed ? queue.splice(0) : queue.splice(0, 1)
      size -= answered.length
      for (const one of answered) one.answer(answer)
    }
    queues.delete(channel)
    refused.delete(channel)
  }

  return {
    add(channel, publish, answer) {
      const queue = queues.get(channel)
      if (size >= max || refused.has(channel)) {
        if (queue) refused.add(channel)
        return answer({ err: { code: 'busy', retry: true } })
      }
      size++
      if (queue) {
        queue.push({ publish, answer })
        return
      }
      const made = [{ publish, answer }]
      queues.set(channel, made)
      void run(channel, made)
    },
  }
}
