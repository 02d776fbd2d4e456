import { styleText } from 'node:util'
import type { Logger } from 'vite'

/** What development tells on. */
export interface Warnings {
  /** A store that all requests share, which one of them has written. */
  'shared-store': { maker: string; madeAt: string; writtenAt: string }
  /** A keyed store that has changed after a component has rendered it. */
  'late-change': { key: string; madeAt: string; component: string; changedAt: string }
}

export type Warn = <Name extends keyof Warnings>(name: Name, facts: Warnings[Name]) => void

const texts: { [Name in keyof Warnings]: (facts: Warnings[Name]) => [what: string, mend: string] } =
  {
    'shared-store': ({ maker, madeAt, writtenAt }) => [
      `${writtenAt} writes to a store that all visitors share: one may see what belongs to another.`,
      `The store is made at ${madeAt}. Give each request its own: ${
        maker === 'writable'
          ? `import { writable } from '@kitrt/stores'`
          : `defineStore(() => ${maker}(…)) of '@kitrt/stores'`
      }.`,
    ],
    'late-change': ({ key, madeAt, component, changedAt }) => [
      `${changedAt} changes the store '${key}' after ${component} has rendered it: the HTML shows the old value, the browser the new one.`,
      `The store is made at ${madeAt}. Change it in a load function or a hook, before anything is rendered.`,
    ],
  }

/** Each warning is given once for its places, in the development server's own log. */
export function createWarn(logger: Pick<Logger, 'warn'>): Warn {
  const told = new Set<string>()
  return (name, facts) => {
    const [what, mend] = texts[name](facts)
    if (told.has(what + mend)) return
    told.add(what + mend)
    logger.warn(`${styleText('yellow', `[kitrt] ${what}`)}\n  ${mend}`)
  }
}
