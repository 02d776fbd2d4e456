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
  server.on('request', (_request: unknown, response: EventEmitter) => begin(response))
  server.on('upgrade', (_request: unknown, socket: EventEmitter) => begin(socket))
  wait()
}
