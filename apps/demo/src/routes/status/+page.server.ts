import { samples } from '#lib/server/hub.ts'

export const load = async () => ({ samples: await samples.snapshot() })
