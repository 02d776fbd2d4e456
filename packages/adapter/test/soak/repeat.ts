/** Does something so many times a second, however late the machine is. @returns its end */
export function repeat(perSecond: number, work: () => void): () => void {
  let done = 0
  const since = performance.now()
  const timer = setInterval(() => {
    for (const due = ((performance.now() - since) / 1000) * perSecond; done < due; done++) work()
  }, 20)
  return () => clearInterval(timer)
}
