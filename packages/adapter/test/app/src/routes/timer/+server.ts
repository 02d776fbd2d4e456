/** What would keep a process for ever. */
export const GET = () => {
  setInterval(() => {}, 1_000)
  return new Response('ticking')
}
