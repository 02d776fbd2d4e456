const [url, n] = [process.argv[2], +process.argv[3]]
let i = 0
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (i++ < n) await (await fetch(url)).arrayBuffer()
  }),
)
