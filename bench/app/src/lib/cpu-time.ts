import process from 'node:process'

/** The CPU time that the process has taken, in ms. Unlike a clock's it leaves out what others do on the machine. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
