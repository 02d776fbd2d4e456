import type { KitrtError } from '@kitrt/core'
import type { LiveChannel } from '@kitrt/core/client'
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Message } from '#lib/channels.ts'

/** A message that was not taken. */
export interface Refused {
  key: string
  text: string
  reason: string
}

export interface Outbox {
  /** The keys of the messages that are shown and not stored yet. */
  readonly sending: ReadonlySet<string>
  readonly refused: Refused[]
  /** Shows a message at once; it is stored, or goes to `refused`. @param key of one that is sent again */
  send(text: string, key?: string): Promise<void>
  dismiss(key: string): void
}

/** What is said where the server gave no words of its own. */
const reasons: Record<string, string> = {
  'invalid-message': 'A message has 1 to 500 characters.',
  unavailable: 'Too many messages wait already.',
  'unknown-outcome': 'Nobody can say whether it was stored.',
}

function reasonOf({ code, message, cause }: KitrtError): string {
  return (cause as { message?: string } | undefined)?.message ?? reasons[code] ?? message
}

/** What a page sends to a room, until the server has it. */
export function createOutbox(
  chat: () => Pick<LiveChannel<Message[], Message, { text: string }>, 'publish'>,
  author: () => string,
): Outbox {
  const sending = new SvelteSet<string>()
  const refused = new SvelteMap<string, Refused>()

  return {
    sending,
    get refused() {
      return [...refused.values()]
    },
    async send(text, key) {
      let mine = key ?? ''
      refused.delete(mine)
      try {
        await chat().publish(
          { text },
          {
            key,
            optimistic(id) {
              mine = id
              sending.add(id)
              return { id, author: author(), text, at: Date.now() }
            },
          },
        )
      } catch (error) {
        refused.set(mine, { key: mine, text, reason: reasonOf(error as KitrtError) })
      } finally {
        sending.delete(mine)
      }
    },
    dismiss: (key) => void refused.delete(key),
  }
}
