import { KitrtError } from '../../error.ts'
import type { Engine } from '../engine.ts'

/**
 * What a rule of the app gives, in time: one that never answers would hold up all who wait for it.
 *
 * @throws {KitrtError} `unavailable` after `ms`; what it does then is ignored
 */
export async function inTime<T>(ms: number, what: string, asked: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const fail = (): void =>
      reject(new KitrtError('unavailable', `${what} took longer than ${ms} ms.`))
    timer = setTimeout(fail, ms)
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * An engine whose calls are answered in time, and whose faults all have one code.
 *
 * @param ms the bound of each call
 * @returns calls reject with a {@link KitrtError} `unavailable`; what they did then, nobody knows
 */
export function withDeadlines(engine: Engine, ms: number): Engine {
  function within<T>(call: string, promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (message: string, cause?: unknown): void =>
        reject(new KitrtError('unavailable', message, { cause }))
      const timer = setTimeout(() => fail(`The engine's ${call} took longer than ${ms} ms.`), ms)
      promise
        .then(resolve, (error) => fail(`The engine's ${call} failed.`, error))
        .finally(() => clearTimeout(timer))
    })
  }
  return {
    append: (...to) => within('append', engine.append(...to)),
    read: (...from) => within('read', engine.read(...from)),
    lasts: (channels) => within('lasts', engine.lasts(channels)),
    tell: (...to) => within('tell', engine.tell(...to)),
    lease: (...to) => within('lease', engine.lease(...to)),
    release: (...from) => within('release', engine.release(...from)),
    members: (...of) => within('members', engine.members(...of)),
    listen(channel, listener) {
      const listening = engine.listen(channel, listener)
      let late = false
      // One that comes after we have given up must not stay.
      listening.then((stop) => late && stop()).catch(() => {})
      return within('listen', listening).catch((error) => {
        late = true
        throw error
      })
    },
    signal: (message) => within('signal', engine.signal(message)),
    onSignal: engine.onSignal,
    close: engine.close,
  }
}
