import type { Kind } from '../visit.ts'

export const endpointVisits: Record<string, Kind> = {
  'an endpoint': {
    visit: (own) => ({
      path: '/endpoint',
      status: 200,
      places: ['endpoint', 'hook after resolve'],
      texts: [`x-endpoint: ${own} `, `x-hook: ${own} `],
    }),
  },
  'an endpoint with a body': {
    visit: (own) => ({
      path: '/endpoint',
      init: { method: 'PUT', body: own },
      status: 200,
      places: ['endpoint with a body'],
      texts: [`x-endpoint: ${own} `],
    }),
  },
  'sub-requests, three storeys of them': {
    visit: () => ({
      path: '/nested?depth=2',
      status: 200,
      places: ['sub-request'],
      // What each has written, the first one finds.
      texts: [`"storeys":["0","00","000","001","01","010","011"]`],
    }),
  },
  'a stream': { visit: () => ({ path: '/stream', status: 200, places: ['start of a stream'] }) },
  'a first import': {
    visit: () => ({ path: '/import', status: 200, places: ['first import'] }),
  },
}
