/**
 * What went wrong, for programs. Each code is one kind of mistake with one kind of mend:
 *
 * - `bad-argument`: a function was called with a value that it cannot take
 * - `no-scope`: a request-isolated store was used on the server outside of any request
 * - `not-cloneable`: a store's initial value cannot be copied for each request
 * - `duplicate-key`: two stores have the same key
 * - `not-serializable`: a keyed store's value cannot be sent to the browser
 * - `closed`: something was sent on a stream or socket that has ended
 * - `invalid-message`: the other side sent what does not fit the schema
 * - `slow`: the other side reads slower than we write, and the bound of the queue is reached
 * - `denied`: a rule does not allow it
 * - `unavailable`: it may succeed later: the engine, or the server, is out of reach
 * - `unknown-outcome`: what was published got no answer, and it is too late to ask again whether it was stored
 * - `lost`: events were missed that the server does not have any more
 * - `failed`: a rule of the app threw
 */
export type KitrtErrorCode =
  | 'bad-argument'
  | 'no-scope'
  | 'not-cloneable'
  | 'duplicate-key'
  | 'not-serializable'
  | 'closed'
  | 'slow'
  | 'invalid-message'
  | 'denied'
  | 'unavailable'
  | 'unknown-outcome'
  | 'lost'
  | 'failed'

/** The one error class of kitrt: a `code` for programs, and a message that says what was expected, what was got and how to mend it. */
export class KitrtError extends Error {
  override readonly name = 'KitrtError'
  readonly code: KitrtErrorCode

  constructor(code: KitrtErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
