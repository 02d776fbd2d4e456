import { linesOf } from '#lib/server/log.ts'

export const GET = ({ params }) => Response.json(linesOf(params.id))
