import { defineStore, writable } from '@kitrt/stores'

export const todos = defineStore(
  ({ fetch }) => {
    const { subscribe, set, update } = writable<string[]>([])
    return {
      subscribe,
      set,
      load: async () => set(await (await fetch('/todos/items')).json()),
      add: (todo: string) => update((all) => [...all, todo]),
    }
  },
  { key: 'todos' },
)
