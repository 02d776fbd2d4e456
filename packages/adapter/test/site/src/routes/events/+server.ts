export const GET = () => {
  const lines = ['data: 1\n\n', 'data: ü\n\n']
  return new Response(
    new ReadableStream({
      pull(controller) {
        const line = lines.shift()
        if (line === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(line))
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  )
}
