import type { Kind } from './visit.ts'
import { actionVisits } from './visits/action.ts'
import { endpointVisits } from './visits/endpoint.ts'
import { errorVisits } from './visits/error.ts'
import { pageVisits } from './visits/page.ts'
import { prerenderedVisits } from './visits/prerendered.ts'
import { remoteVisits } from './visits/remote.ts'

/** Every kind of visit, by its name. */
export const kinds: Record<string, Kind> = {
  ...pageVisits,
  ...actionVisits,
  ...endpointVisits,
  ...errorVisits,
  ...remoteVisits,
  ...prerenderedVisits,
}
