/** The id of the element that carries the values of keyed stores from the server to the browser. */
export const dataBlockId = 'kitrt-stores'
