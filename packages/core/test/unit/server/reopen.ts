import type { OpenConnection } from '../../../src/server/open-connections.ts'
import { shared } from '../../../src/server/shared.ts'

const connections = () =>
  shared<{ open: Set<OpenConnection>; closing: boolean }>('open-connections', () => {
    throw new Error('open-connections.ts has not been loaded')
  })

/** Takes `closeConnections` back, which a process does only once, at its end. */
export function reopen(): void {
  connections().closing = false
}

/** How many connections the process holds. */
export function countConnections(): number {
  return connections().open.size
}
