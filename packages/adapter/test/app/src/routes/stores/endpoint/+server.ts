import { get } from 'svelte/store'
import { canary } from '#lib/canary.ts'

export const GET = async () => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
  return new Response(get(canary))
}
