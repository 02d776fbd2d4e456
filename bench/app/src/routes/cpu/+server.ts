import process from 'node:process'

/** The CPU time that the process has taken, in µs. */
export const GET = () => {
  const { user, system } = process.cpuUsage()
  return Response.json(user + system)
}
