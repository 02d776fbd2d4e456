import { list } from '#lib/canary.ts'

export const prerender = true
export const entries = () => [{ page: 'one' }, { page: 'two' }, { page: 'three' }]

export const load = ({ params }) => {
  list.update((items) => [...items, params.page])
}
