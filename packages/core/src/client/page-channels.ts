import type { CreateSubscriber } from './live-value.ts'
import type { LiveChannel } from './live-channel.ts'

/** The state of a channel as a load function brings it. */
export interface CarriedChannel {
  channel: string
  params: unknown
  position: string
  state: unknown
}

/**
 * Where `connect` leaves what makes a carried channel live: a page without channels then carries none of
 * that code.
 */
export const pageChannels: {
  open: ((carried: CarriedChannel, createSubscriber: CreateSubscriber) => LiveChannel) | undefined
} = { open: undefined }
