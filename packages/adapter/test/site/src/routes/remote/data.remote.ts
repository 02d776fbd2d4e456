import { command, form, query } from '$app/server'

export const ask = query('unchecked', (name: string) => `asked ${name}`)

export const tell = command('unchecked', (name: string) => `told ${name}`)

export const sign = form('unchecked', ({ name }: { name: string }) => ({ signed: name }))

export const tick = query.live('unchecked', async function* (name: string) {
  yield `1 ${name}`
  yield `2 ${name}`
})
