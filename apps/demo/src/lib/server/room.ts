import { peers } from '@kitrt/ws'

/** Tells everyone in a room, from any server code. */
export function say(room: string, text: string): void {
  for (const peer of peers('/lobby/[room]/socket')) {
    if (peer.event.params['room'] === room) peer.send(text)
  }
}
