import { command, form, getRequestEvent, prerender, query } from '$app/server'
import { look } from './look.ts'
import { lookAndLog } from './look-and-log.ts'
import { ownOf } from './own-of.ts'
import { pause } from './pause.ts'

/** What the caller says, and what the request carries, are one name; where they are two, both are shown. */
const nameOf = (said: string): string => {
  const carried = ownOf(getRequestEvent())
  return said === carried ? said : `${said}!=${carried}`
}

async function answer(place: string, said: string): Promise<string[]> {
  const early = lookAndLog(place, nameOf(said))
  await pause(place, said)
  return [early, lookAndLog(place, nameOf(said))]
}

export const ask = query('unchecked', (own: string) => answer('query', own))

export const askMany = query.batch('unchecked', async (owns: string[]) => {
  const seen = await answer('batch', owns[0] ?? '')
  return (own: string) => `${seen.join(' ')} ${look('batch', own)}`
})

export const tell = command('unchecked', async (own: string) => {
  const seen = await answer('command', own)
  await ask(own).refresh()
  return seen
})

export const sign = form('unchecked', async ({ own }: { own: string }) => ({
  seen: await answer('form', own),
}))

export const tick = query.live('unchecked', async function* (own: string) {
  try {
    for (let step = 1; step <= 3; step++) {
      await pause(`live ${step}`, own)
      yield `${step} ${lookAndLog('live', nameOf(own))}`
    }
  } finally {
    await pause('live at its end', own)
    lookAndLog('live at its end', nameOf(own))
  }
})

export const printed = prerender(
  'unchecked',
  (own: string) => answer('prerendered function', own),
  { inputs: () => Array.from({ length: 40 }, (_, index) => `canary-printed-${index}-`) },
)
