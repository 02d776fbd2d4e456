import { shared } from '../../../src/server/shared.ts'

/** Takes `closeConnections` back, which a process does only once, at its end. */
export function reopen(): void {
  const connections = shared<{ closing: boolean }>('open-connections', () => {
    throw new Error('open-connections.ts has not been loaded')
  })
  connections.closing = false
}
