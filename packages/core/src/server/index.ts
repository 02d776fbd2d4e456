export { atBoot } from './at-boot.ts'
export { closeConnections, trackConnection } from './open-connections.ts'
export type { OpenConnection } from './open-connections.ts'
export { shared } from './shared.ts'
