import type { EventEmitter } from 'node:events'

/** Tells once when a server has had no request and no socket for some seconds. */
export function watchIdle(server: EventEmitter, seconds: number, onIdle: () => void): void {
  let busy = 0
  let timer: NodeJS.Timeout | undefined
  const wait = (): void => {
    timer = setTimeout(onIdle, seconds * 1000)
    timer.unref()
  }
  const begin = (until: EventEmitter): void => {
    busy++
    clearTimeout(timer)
    until.once('close', () => {
      busy--
      if (busy === 0) wait()
    })
  }
  // An upgrade goes through the listeners of requests too (see `attach`), with a response that does not close.
  const upgrades = new WeakSet<object>()
  server.prependListener('upgrade', (request: object, socket: EventEmitter) => {
    upgrades.add(request)
    begin(socket)
  })
  server.on('request', (request: object, response: EventEmitter) => {
    if (!upgrades.has(request)) begin(response)
  })
  wait()
}
