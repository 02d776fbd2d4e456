import { payloadOf, signs } from '../remote-calls.ts'
import type { Kind } from '../visit.ts'
import { layout } from './places.ts'

const html = { accept: 'text/html' }

const json = { 'content-type': 'application/json', 'x-sveltekit-pathname': '/form' }

export const remoteVisits: Record<string, Kind> = {
  'a query': {
    visit: (own, { remote }) => ({
      path: `${remote}/ask?payload=${payloadOf(own)}`,
      status: 200,
      places: ['query', 'hook after resolve'],
    }),
  },
  'a batch of queries': {
    visit: (own, { remote }) => ({
      path: `${remote}/askMany`,
      init: {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ payloads: [payloadOf(own), payloadOf(own)] }),
      },
      status: 200,
      places: ['batch'],
    }),
  },
  'a command that refreshes a query': {
    visit: (own, { remote }) => ({
      path: `${remote}/tell`,
      init: {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ payload: payloadOf(own), refreshes: [] }),
      },
      status: 200,
      places: ['command', 'query'],
    }),
  },
  'a live query': {
    visit: (own, { remote }) => ({
      path: `${remote}/tick?payload=${payloadOf(own)}`,
      status: 200,
      places: ['live'],
      texts: ['1 [[live=', '2 [[live=', '3 [[live='],
    }),
  },
  'a remote form': {
    visit: () => ({
      path: '/form',
      init: { headers: html },
      status: 200,
      places: ['page of the form', ...layout],
    }),
    next: (own, { text }) => ({ ...signs(text, own).enhanced, status: 200, places: ['form'] }),
  },
  'a remote form without JavaScript': {
    visit: () => ({
      path: '/form',
      init: { headers: html },
      status: 200,
      places: ['page of the form', ...layout],
    }),
    next: (own, { text }) => ({
      ...signs(text, own).plain,
      status: 200,
      places: ['form', 'page of the form', ...layout],
    }),
  },
}
