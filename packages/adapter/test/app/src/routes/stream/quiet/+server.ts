import { produce } from '@kitrt/sse'

/** Says nothing for as long as the test asks, heartbeats included. */
export const GET = produce(
  ({ emit, event: { url } }) => {
    const timer = setTimeout(() => emit('late', 'still here'), Number(url.searchParams.get('ms')))
    return () => clearTimeout(timer)
  },
  { ping: 600_000 },
)
