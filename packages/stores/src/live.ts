import type { Calls, Channel } from '@kitrt/core'
import { createLiveChannel } from '@kitrt/core/client'
import type { LiveChannel } from '@kitrt/core/client'
import { BROWSER } from 'esm-env'
import { createSubscriber } from 'svelte/reactivity'

/**
 * A channel as a page sees it: a store and an object for runes. It follows the channel with its first
 * reader and leaves with its last; all who follow one channel share a subscription.
 *
 * ```svelte
 * <script>
 *   import { live } from '@kitrt/stores'
 *   const chat = live(room, { id: '7' })
 * </script>
 * {#each chat.current as message (message.id)} … {/each}
 * {chat.status}
 * ```
 *
 * On the server it has the state before any event, and follows nothing: a load function that returns
 * `snapshot()` renders what there is.
 *
 * @throws {KitrtError} `invalid-message` for params that do not fit
 */
export function live<Params, Event, Input, Draft, State, Member, Of extends Calls>(
  channel: Channel<Params, Event, Input, Draft, State, Member, Of>,
  ...[params]: Params extends void ? [] : [params: Params]
): LiveChannel<State, Event, Draft, Member> {
  return createLiveChannel({
    channel,
    params: channel.params(params),
    createSubscriber,
    live: BROWSER,
  }) as LiveChannel<State, Event, Draft, Member>
}
