import { KitrtError } from '@kitrt/core'
import { pageChannels } from '@kitrt/core/client'
import type { CarriedChannel, LiveChannel } from '@kitrt/core/client'
import { createSubscriber } from 'svelte/reactivity'

/** A channel that a load function has brought: live, by what `connect` has left. */
export function bringChannel(carried: CarriedChannel): LiveChannel {
  if (pageChannels.open) return pageChannels.open(carried, createSubscriber)
  throw new KitrtError(
    'bad-argument',
    `A load function returned the channel '${carried.channel}', but connect() of '@kitrt/core/client' was not called in src/hooks.client.ts.`,
  )
}
