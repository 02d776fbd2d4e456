import { payloadOf } from '../remote-calls.ts'
import type { Kind } from '../visit.ts'
import { layout } from './places.ts'

/** As many as the app has `entries` and `inputs` of. */
export const prerenderedNames = 40

export const prerenderedVisits: Record<string, Kind> = {
  'a prerendered page': {
    prerendered: 'prerendered',
    visit: (own) => ({
      path: `/prerendered/${own}`,
      status: 200,
      places: [
        ...layout,
        'transformPageChunk',
        'prerendered load',
        'prerendered universal load',
        'prerendered component',
      ],
    }),
  },
  'the data of a prerendered page': {
    prerendered: 'prerendered',
    visit: (own) => ({
      path: `/prerendered/${own}/__data.json`,
      status: 200,
      places: ['layout server load', 'prerendered load'],
    }),
  },
  'a prerendered endpoint': {
    prerendered: 'prerendered',
    visit: (own) => ({
      path: `/prerendered/${own}/inner`,
      status: 200,
      places: ['prerendered endpoint'],
      texts: [`"canary":"${own}"`],
    }),
  },
  'a prerendered function': {
    prerendered: 'printed',
    visit: (own, { remote }) => ({
      path: `${remote}/printed/${payloadOf(own)}`,
      status: 200,
      places: ['prerendered function'],
    }),
  },
}
