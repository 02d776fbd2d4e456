import type { Kind, Visit } from '../visit.ts'
import { page } from './places.ts'

const html = { accept: 'text/html' }

const act = (
  name: string,
  own: string,
  headers: Record<string, string>,
): Pick<Visit, 'path' | 'init'> => ({
  path: `/page?/${name}`,
  init: { method: 'POST', headers, body: new URLSearchParams({ own }) },
})

const enhanced = { accept: 'application/json', 'x-sveltekit-action': 'true' }

export const actionVisits: Record<string, Kind> = {
  'an action': {
    visit: (own) => ({
      ...act('act', own, enhanced),
      status: 200,
      places: ['action', 'hook after resolve'],
      texts: [`acted=${own};`],
    }),
  },
  'an action of a plain form': {
    visit: (own, { ssr }) => ({
      ...act('act', own, html),
      status: 200,
      places: ['action', ...page(ssr)],
      texts: [`acted=${own};`],
    }),
  },
  'an action that fails': {
    visit: (own) => ({
      ...act('fail', own, enhanced),
      // SvelteKit 3 answers with what `fail` was given.
      status: [200, 422],
      places: ['failing action'],
      texts: ['"failure"'],
    }),
  },
  'an action that redirects': {
    visit: (own) => ({
      ...act('leave', own, html),
      status: 303,
      places: ['hook after resolve'],
      texts: [`location: /endpoint?of=${own}`],
    }),
  },
  'an action that throws': {
    visit: (own) => ({
      ...act('break', own, enhanced),
      status: 500,
      places: ['handleError'],
    }),
  },
}
