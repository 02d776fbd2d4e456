import type { Session } from './session.ts'

let session: Session | undefined
const waiting = new Set<(session: Session) => void>()

/** The session of this page, when `connect` was called. */
export const pageSession = (): Session | undefined => session

export function setPageSession(made: Session): void {
  session = made
  for (const tell of waiting) tell(made)
  waiting.clear()
}

/** Calls back with the page's session, now or when there is one. @returns the end of the waiting */
export function whenConnected(run: (session: Session) => void): () => void {
  if (session) {
    run(session)
    return () => {}
  }
  waiting.add(run)
  return () => void waiting.delete(run)
}
