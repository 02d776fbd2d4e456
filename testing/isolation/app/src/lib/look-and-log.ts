import { look, names } from './look.ts'

/** Prerendering would fill the build's log with them. */
const logs = globalThis.process?.env['LOOKS'] === 'logged'

function log(own: string, text: string): string {
  if (logs) console.log(`${own} ${text}`)
  return text
}

/** A {@link look} that the server's log shows too, beside the name that the request carries. */
export const lookAndLog = (place: string, own: string): string => log(own, look(place, own))

/** A look from where no request of ours need be: what is seen, or `no-scope`. Logged too. */
export function glimpse(place: string, own: string): string {
  let seen: string
  try {
    seen = names(own).join('+')
  } catch (error) {
    seen = (error as { code?: string }).code ?? String(error)
  }
  return log(own, `[[${place}=${seen}]]`)
}
