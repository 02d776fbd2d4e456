import { read } from '$app/server'
import file from '#lib/server-only.txt?url'

export const GET = () => read(file)
