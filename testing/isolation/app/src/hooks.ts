import { createTransport } from '@kitrt/stores'
import { look } from './lib/look.ts'
import { glimpse } from './lib/look-and-log.ts'
import { Tag } from './lib/tag.ts'

/** SvelteKit calls it before any hook of the server, and in browsers too. */
export const reroute = ({ url }: { url: URL }): void => {
  const own = url.searchParams.get('of')
  if (own === null || !import.meta.env.SSR) return
  glimpse(url.searchParams.has('sub') ? 'reroute of a sub-request' : 'reroute', own)
}

export const transport = createTransport({
  Tag: {
    encode: (value) => value instanceof Tag && look('transport', value.own),
    decode: (seen: string) => new Tag(seen),
  },
})
