import { setTimeout } from 'node:timers/promises'

export const load = () => ({
  now: 'at once',
  later: setTimeout(30, 'streamed'),
})
