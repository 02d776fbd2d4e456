import { derived, isolated, writable } from '@kitrt/stores'
import { VERSION } from '@sveltejs/kit'
import { get, writable as plainWritable } from 'svelte/store'

class Account {
  #owner = 'nobody'
  id = 7

  get owner(): string {
    return this.#owner
  }

  open(owner: string): void {
    this.#owner = owner
  }
}

const account = isolated(() => new Account())
const nothing = writable<string>()
const plain = plainWritable(2)
const one = writable(1)

/** What can be done with stores and objects of a module, in a request. */
export const GET = ({ locals }) => {
  account.open(locals.user ?? 'nobody')
  return Response.json({
    version: VERSION,
    keys: Object.keys(account),
    // oxlint-disable-next-line typescript/no-misused-spread -- what it does is what is asked
    spread: { ...account },
    json: JSON.stringify(account),
    owner: account.owner,
    instance: account instanceof Account,
    nothing: get(nothing) === undefined,
    ofPlain: get(derived(plain, (value) => value * 2)),
    rest: get(derived([plain, one], (...values: [number[]]) => values[0].join('+'))),
    updated: get(derived(one, (value, _set, update) => update((sum: number) => sum + value), 10)),
  })
}
