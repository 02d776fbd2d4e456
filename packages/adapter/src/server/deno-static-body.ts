/** What Deno (2.9.5) keeps in a response, under symbols that are the same for all of them. */
type Held = Record<symbol, unknown>

const sample = new Response('text') as unknown as Held
const key = (description: string): symbol | undefined =>
  Object.getOwnPropertySymbols(sample).find((symbol) => symbol.description === description)
const lazy = key('lazy static body')
const inner = key('response')

/**
 * Whether a response was made of a text or bytes, which Deno sends in one go. It has no public way to
 * ask: who looks at `body` makes a stream of it, and that costs as much as the rest of a small answer.
 *
 * @returns `false`, too, where Deno keeps its responses in another way than we know
 */
export function hasStaticBody(response: Response): boolean {
  if (!lazy || !inner) return false
  const held = response as unknown as Held
  if (typeof held[lazy] === 'string') return true
  const { body } = (held[inner] ?? {}) as { body?: { streamOrStatic?: object } | null }
  const is = body?.streamOrStatic
  return (
    !!is && !(is instanceof ReadableStream) && (is as { consumed?: unknown }).consumed === false
  )
}
