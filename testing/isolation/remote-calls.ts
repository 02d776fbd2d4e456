import type { Visit } from './visit.ts'

/** An argument as SvelteKit's client sends it: devalue's text for a string, in base64 for URLs. */
export const payloadOf = (text: string): string =>
  Buffer.from(JSON.stringify([text])).toString('base64url')

const attribute = (html: string, tag: string, name: string): string => {
  const found = new RegExp(`<${tag}[^>]* ${name}="([^"]*)"`).exec(html)?.[1]
  if (found === undefined) throw new Error(`There is no ${name} of ${tag} in ${html}`)
  return found.replaceAll('&amp;', '&')
}

/** The path of the module of remote functions, from a page with one of its forms. */
export function remoteOf(html: string): string {
  const id = new URLSearchParams(attribute(html, 'form', 'action').slice(1)).get('/remote') ?? ''
  return `/_app/remote/${id.split('/')[0]}`
}

/** How a page's remote form is sent, with SvelteKit's script and without. */
export function signs(
  html: string,
  own: string,
): Record<'enhanced' | 'plain', Pick<Visit, 'path' | 'init'>> {
  const body = new URLSearchParams({ [attribute(html, 'input', 'name')]: own })
  return {
    enhanced: {
      path: `${remoteOf(html)}/sign`,
      init: { method: 'POST', headers: { 'x-sveltekit-pathname': '/form' }, body },
    },
    plain: {
      path: `/form${attribute(html, 'form', 'action')}`,
      init: { method: 'POST', headers: { accept: 'text/html' }, body },
    },
  }
}
