/** The id of the element that carries the values of keyed stores from the server to the browser. */
export const dataBlockId = 'kitrt-stores'

/** The id of the element at the end of a streamed page, with the values that have changed since. */
export const lateBlockId = 'kitrt-stores-late'

/** A value in the block: what JSON carries as it is, or what devalue has flattened. */
export type WrittenValue = { json: unknown } | number | unknown[]
