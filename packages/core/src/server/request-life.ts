import { context } from './context.ts'

/** How long the state of one request is good for. */
export interface RequestLife {
  /** Whether its response has gone out and nothing that it has opened is open any more. */
  readonly ended: boolean
}

interface OwnLife extends RequestLife {
  answered: boolean
  holds: number
}

const lives = context<OwnLife>('request-life')

/**
 * Runs the answer to a request with a life of its own. Only for runtimes whose AsyncLocalStorage
 * cannot be trusted to show a request's state to that request alone (see `atBoot`): elsewhere a
 * request's state is good for as long as anybody can reach it.
 *
 * @param answered settles when the response has gone out, or its client left
 */
export function withRequestLife<Result>(answered: Promise<unknown>, run: () => Result): Result {
  const life: OwnLife = {
    answered: false,
    holds: 0,
    get ended() {
      return life.answered && life.holds === 0
    },
  }
  const settle = (): void => {
    life.answered = true
  }
  answered.then(settle, settle)
  return lives.run(life, run)
}

/** The life of the request that is being answered; `undefined` where it never ends. */
export function requestLife(): RequestLife | undefined {
  return lives.getStore()
}

/**
 * Keeps the state of the request that is being answered good beyond its response, for a socket or a
 * stream. Returns the release; releasing twice does nothing.
 */
export function holdRequest(): () => void {
  const life = lives.getStore()
  if (!life) return () => {}
  let held = true
  life.holds++
  return () => {
    if (!held) return
    held = false
    life.holds--
  }
}
