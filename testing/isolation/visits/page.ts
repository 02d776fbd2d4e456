import type { Kind } from '../visit.ts'
import { page } from './places.ts'

const html = { accept: 'text/html' }

export const pageVisits: Record<string, Kind> = {
  'a page': {
    visit: (own, { ssr }) => ({
      path: '/page',
      init: { headers: html },
      status: 200,
      places: page(ssr),
      texts: [`x-load: ${own} `, `seen=${own};`, `<title>${own}</title>`],
    }),
  },
  'the data of a page': {
    visit: (own) => ({
      path: '/page/__data.json',
      status: 200,
      places: ['layout server load', 'server load', 'streamed promise', 'handleError', 'transport'],
      texts: [`seen=${own};`, '"KitrtStore"'],
    }),
  },
  'a redirect': {
    visit: (own) => ({
      path: '/leave',
      init: { headers: html },
      status: 307,
      places: ['hook after resolve'],
      texts: [`location: /endpoint?of=${own}`, `left=${own};`],
    }),
  },
}
