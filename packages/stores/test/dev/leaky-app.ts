import type { AppFiles } from '../../../../testing/editable-app.ts'

/** A component that reads stores by their `$`, and shows its children below. */
const layout = `<script lang="ts">
  import { cart, count } from '#lib/cart.ts'
  import { price } from '#lib/price.ts'
  let { children } = $props()
</script>

<p>{$cart.join()} {$count} {$price.cents}</p>
{@render children()}
`

/** An app with leaks of every kind, a route for each, and with what is none. */
export const leakyApp: AppFiles = {
  'src/hooks.server.ts': `import { handle as stores } from '@kitrt/stores/server'
import { sequence } from '@sveltejs/kit/hooks'
import { session } from '#lib/plain.ts'

export const init = () => session.set('the server has begun')

export const handle = sequence(stores, async ({ event, resolve }) => {
  if (event.url.pathname === '/hook') session.set('of a request')
  const { promise, resolve: rendered } = Promise.withResolvers()
  event.locals.rendered = promise
  const response = await resolve(event)
  rendered()
  return response
})
`,
  // Standard error is one stream: what came before this line in it was told before.
  'src/routes/marker/[text]/+server.ts': `export const GET = ({ params }) => {
  console.error('marker ' + params.text)
  return new Response('marked')
}
`,

  'src/lib/plain.ts': `import { toStore, writable } from 'svelte/store'

export const user = writable('nobody')
export const session = writable('')
let held = 0
export const wrapped = toStore(() => held, (value) => (held = value))
user.set('set by its own module')
`,
  'src/lib/counter.ts': `import { writable } from 'svelte/store'

export function createCounter() {
  const { subscribe, update } = writable(0)
  return {
    subscribe,
    more() {
      update((count) => count + 1)
    },
  }
}
`,
  'src/lib/visits.ts': `import { createCounter } from './counter.ts'

export const visits = createCounter()
`,
  'src/lib/cart.ts': `import { derived, writable } from '@kitrt/stores'

export const cart = writable<string[]>([], { key: 'cart' })
export const count = derived(cart, ($cart) => $cart.length)
`,
  // A custom store of a type of the app's own.
  'src/lib/price.ts': `import { defineStore } from '@kitrt/stores'
import { writable } from 'svelte/store'

export class Price {
  constructor(readonly cents: number) {}
}
export const price = defineStore(() => writable(new Price(1)), { key: 'price' })
`,
  'src/hooks.ts': `import { createTransport } from '@kitrt/stores'
import { Price } from '#lib/price.ts'

export const transport = createTransport({
  Price: {
    encode: (value) => value instanceof Price && [value.cents],
    decode: ([cents]) => new Price(cents),
  },
})
`,
  // A dependency, which does as it likes with stores of its own.
  'node_modules/some-toasts/package.json': JSON.stringify({
    name: 'some-toasts',
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    peerDependencies: { svelte: '*' },
  }),
  'node_modules/some-toasts/index.js': `import { writable } from 'svelte/store'
const toasts = writable([])
export const toast = (text) => toasts.update((all) => [...all, text])
`,

  'src/routes/hook/+server.ts': `export const GET = () => new Response('hooked')
`,
  'src/routes/load/+page.server.ts': `import { user } from '#lib/plain.ts'

export const load = async ({ url }) => {
  await Promise.resolve()
  user.set(url.href)
}
`,
  'src/routes/load/+page.svelte': `loaded
`,
  'src/routes/update/+server.ts': `import { user } from '#lib/plain.ts'

export const GET = () => {
  user.update((name) => name + '!')
  return new Response('updated')
}
`,
  'src/routes/component/+page.svelte': `<script lang="ts">
  import { user } from '#lib/plain.ts'

  $user = 'of a component'
</script>

<p>{$user}</p>
`,
  'src/routes/custom/+server.ts': `import { visits } from '#lib/visits.ts'

export const GET = () => {
  visits.more()
  return new Response('counted')
}
`,
  // Evaluated within the first request that asks for it.
  'src/lib/lazy.ts': `import { writable } from 'svelte/store'

export const lazy = writable(0)
lazy.set(1)
`,
  'src/routes/lazy/+server.ts': `export const GET = async () => {
  const { lazy } = await import('#lib/lazy.ts')
  lazy.set(2)
  return new Response('lazy')
}
`,
  'src/routes/others/+server.ts': `import { tweened } from 'svelte/motion'
import { wrapped } from '#lib/plain.ts'

const size = tweened(1)

export const GET = () => {
  wrapped.set(1)
  size.set(2, { duration: 0 })
  return new Response('others')
}
`,
  'src/routes/harmless/+page.server.ts': `import { get, writable } from 'svelte/store'
import { toast } from 'some-toasts'
import { cart } from '#lib/cart.ts'

export const load = () => {
  const own = writable(0)
  own.set(1)
  toast('of a dependency')
  cart.set(['of this request'])
  return { own: get(own) }
}
`,
  'src/routes/harmless/+page.svelte': `<script lang="ts">
  import { writable } from 'svelte/store'
  import { createCounter } from '#lib/counter.ts'

  const own = writable(0)
  $own = 1
  const counter = createCounter()
  counter.more()
</script>

<p>{$own} {$counter}</p>
`,

  'src/routes/late/+layout.svelte': layout,
  'src/routes/late/set/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  cart.set(['too late'])
</script>

<p>{$cart.length}</p>
`,
  'src/routes/late/pushed/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  cart.update((items) => {
    items.push('in place')
    return items
  })
</script>
`,
  'src/routes/late/child/+page.svelte': `<script lang="ts">
  import Child from './Child.svelte'
</script>

<Child /><Child />
`,
  'src/routes/late/child/Child.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  $cart = [...$cart, 'by a child']
</script>

<p>{$cart.length}</p>
`,
  'src/routes/late/custom/+page.svelte': `<script lang="ts">
  import { Price, price } from '#lib/price.ts'

  price.set(new Price(2))
</script>
`,
  'src/routes/late/equal/+page.svelte': `<script lang="ts">
  import { Price, price } from '#lib/price.ts'

  price.set(new Price(1))
</script>
`,
  'src/routes/late/same/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  cart.set(['something else'])
  cart.set([])
</script>
`,
  'src/routes/late/load/+page.server.ts': `import { cart } from '#lib/cart.ts'

export const load = () => cart.set(['in time'])
`,
  'src/routes/late/load/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'
</script>

<p>{$cart.length}</p>
`,
  'src/routes/own/unseen/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  if ($cart.length === 0) $cart = ['set by the one that has read it']
</script>
`,
  'src/routes/own/seen/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  const before = $cart.length
  cart.update((items) => [...items, 'and set again'])
</script>

<p>{before} {$cart.length}</p>
`,
}

/** What only asynchronous rendering can do. */
export const asyncFiles: AppFiles = {
  'src/routes/late/awaited/+page.svelte': `<script lang="ts">
  import { cart } from '#lib/cart.ts'

  await Promise.resolve()
  cart.set(['after an await'])
</script>
`,
  'src/routes/late/streamed/+page.server.ts': `import { cart } from '#lib/cart.ts'

export const load = ({ locals }) => ({
  later: locals.rendered.then(() => {
    cart.set(['when the page was out'])
    return 'later'
  }),
})
`,
  'src/routes/late/streamed/+page.svelte': `<script lang="ts">
  let { data } = $props()
</script>

{#await data.later then later}{later}{/await}
`,
}
