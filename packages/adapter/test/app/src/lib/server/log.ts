const logs = new Map<string, string[]>()

/** Notes what happened on the server, under the id of the test that asked for it. */
export function log(id: string | null, line: string): void {
  if (id === null) return
  const lines = logs.get(id) ?? []
  logs.set(id, lines)
  lines.push(line)
}

export const linesOf = (id: string): string[] => logs.get(id) ?? []
