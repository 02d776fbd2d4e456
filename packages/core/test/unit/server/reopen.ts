import type { OpenConnection } from '../../../src/server/open-connections.ts'
import { shared } from '../../../src/server/shared.ts'

const connections = () =>
  shared<{ open: Set<OpenConnection>; closing: boolean; away: number }>('open-connections', () => {
    throw new Error('open-connections.ts has not been loaded')
  })

/** Takes `closeConnections` back, which a process does only once, at its end, and forgets what is still open. */
export function reopen(): void {
  connections().open.clear()
  Object.assign(connections(), { closing: false, away: 0 })
}

/** How many connections the process holds. */
export function countConnections(): number {
  return connections().open.size
}
