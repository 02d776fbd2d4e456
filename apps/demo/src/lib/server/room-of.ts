import { KitrtError } from '@kitrt/core'
import { error } from '@sveltejs/kit'
import { rooms } from '#lib/server/hub.ts'

/** The room of an address: 404 where none can have that name. */
export function roomOf(id: string): ReturnType<typeof rooms> {
  try {
    return rooms({ id })
  } catch (fault) {
    if (fault instanceof KitrtError && fault.code === 'invalid-message') error(404, 'No such room.')
    throw fault
  }
}
