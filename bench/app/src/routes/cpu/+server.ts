import { cpuTime } from '#lib/cpu-time.ts'

export const GET = () => Response.json(cpuTime())
