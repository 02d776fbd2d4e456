import { unflatten } from 'devalue'

/** The contract app's own type, left as what was sent. */
const decoders = { Vector: (vector: unknown) => ({ vector }) }

/** The values of a page's data block, as the browser reads them. */
export function readBlock(html: string, id = 'kitrt-stores'): Record<string, unknown> {
  const block = new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(
    html,
  )
  const values = JSON.parse(block?.[1] ?? '{}') as Record<string, unknown[]>
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, unflatten(value, decoders)]),
  )
}
