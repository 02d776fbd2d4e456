import { writable } from '@kitrt/stores'

/** Written when its component is destroyed, which on the server is at the end of the rendering. */
export const parted = writable('nobody', { key: 'parted' })

/** How often the page was asked for, as `/rivals/page` carries it. */
export const visitsKey = 'rivals-visits'
