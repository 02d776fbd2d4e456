export { installClock } from './clock.ts'
export type { Clock, ClockOptions, Machine } from './clock.ts'
export { createTestClient } from './test-client.ts'
export type { TestClient, TestClientOptions } from './test-client.ts'
