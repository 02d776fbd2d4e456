import type { Site } from '../visit.ts'

/** What shows itself on every page. */
export const layout: string[] = ['layout server load', 'layout universal load', 'layout component']

/** What shows itself on the page that has it all. */
export const page = (ssr: Site['ssr']): string[] => [
  ...layout,
  'hook after resolve',
  'transformPageChunk',
  'server load',
  'endpoint with a body',
  'universal load',
  'transport',
  'component',
  'head',
  'child one',
  'child two',
  'pending',
  'streamed promise',
  'handleError',
  ...(ssr === 'async'
    ? [
        'before await',
        'after await',
        'query',
        'live',
        'await in the template',
        'after await in the template',
        'pending snippet',
      ]
    : []),
]
