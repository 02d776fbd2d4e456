import { unflatten } from 'devalue'
import type { WrittenValue } from '../../src/data-block.ts'

/** The contract app's own type, left as what was sent. */
const decoders = { Vector: (vector: unknown) => ({ vector }) }

/** The values of a page's data block, as the browser reads them. */
export function readBlock(html: string, id = 'kitrt-stores'): Record<string, unknown> {
  const block = new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(
    html,
  )
  const values = JSON.parse(block?.[1] ?? '{}') as Record<string, WrittenValue>
  const read = (value: WrittenValue): unknown =>
    typeof value === 'object' && 'json' in value ? value.json : unflatten(value, decoders)
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, read(value)]))
}
