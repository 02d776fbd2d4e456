import type { Kind } from '../visit.ts'
import { layout } from './places.ts'

const html = { accept: 'text/html' }

const errorPage = (path: string, status = 500): Kind['visit'] => {
  return () => ({
    path,
    init: { headers: html },
    status,
    places: ['handleError', 'error page', ...layout, 'hook after resolve'],
  })
}

export const errorVisits: Record<string, Kind> = {
  'an endpoint that throws': {
    visit: () => ({
      path: '/endpoint',
      init: { method: 'DELETE', headers: { accept: 'application/json' } },
      status: 500,
      places: ['handleError'],
    }),
  },
  'a load function that throws': { visit: errorPage('/break/load') },
  'a universal load function that throws': { visit: errorPage('/break/universal') },
  'a component that throws': { visit: errorPage('/break/render') },
  'a path that is none': { visit: errorPage('/nowhere', 404) },
  'a hook that throws': {
    visit: () => ({
      path: '/page',
      init: { headers: { ...html, 'x-throw': 'hook' } },
      status: 500,
      places: ['handleError'],
    }),
  },
  'a hook that throws, asked for JSON': {
    visit: () => ({
      path: '/endpoint',
      init: { headers: { accept: 'application/json', 'x-throw': 'hook' } },
      status: 500,
      places: ['handleError'],
    }),
  },
}
