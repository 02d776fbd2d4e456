/** What has come and waits to be handled, in its order, up to a bound. */
export interface Inbox<T> {
  /** Takes an item in, unless it would go over the bound. */
  push(item: T, cost: number): boolean
  /** Gives the oldest item out; `undefined` when nothing waits. */
  take(): T | undefined
  clear(): void
  readonly size: number
}

/** @param max the sum of the costs that may wait */
export function createInbox<T>(max: number): Inbox<T> {
  let items: ({ item: T; cost: number } | undefined)[] = []
  /** How many at the beginning are gone: shifting a long array each time would cost its length. */
  let gone = 0
  let cost = 0
  return {
    push(item, itemCost) {
      if (cost + itemCost > max) return false
      cost += itemCost
      items.push({ item, cost: itemCost })
      return true
    },
    take() {
      const next = items[gone]
      if (!next) return undefined
      items[gone++] = undefined
      cost -= next.cost
      if (gone === items.length || gone > 1000) {
        items = items.slice(gone)
        gone = 0
      }
      return next.item
    },
    clear() {
      items = []
      gone = 0
      cost = 0
    },
    get size() {
      return items.length - gone
    },
  }
}
