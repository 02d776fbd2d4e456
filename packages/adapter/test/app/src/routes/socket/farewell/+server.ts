import { setTimeout } from 'node:timers/promises'
import { socket } from '@kitrt/ws'

/** Takes its time for what it is told, and says on the console what it has done. */
export const GET = socket(() => ({
  async message(_peer, message) {
    const text = String(message)
    console.log(`${text} begins`)
    await (text === 'for ever' ? new Promise(() => {}) : setTimeout(300))
    console.log(`${text} ends`)
  },
  async close(_peer, code) {
    await setTimeout(100)
    console.log(`closed ${code}`)
  },
}))
