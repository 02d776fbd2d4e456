import { cutAfter, cutBefore } from '../../../../testing/fault-proxy.ts'
import type { FaultPlan, FaultProxy } from '../../../../testing/fault-proxy.ts'

const chance = (share: number): boolean => Math.random() < share
const some = (share: number) => (): boolean => chance(share)

/** What may happen to a connection that opens. */
export function anyPlan(): FaultPlan | undefined {
  const by = chance(0.5) ? 'end' : 'reset'
  if (chance(0.05)) return { down: cutAfter(Math.floor(Math.random() * 20_000)), by }
  if (chance(0.02)) return { up: cutAfter(Math.floor(Math.random() * 1_000)), by }
  if (chance(0.05)) return { down: cutBefore('"ack"'), by }
  return undefined
}

/** What may happen to the network at any moment. */
const faults: Record<string, (proxy: FaultProxy) => void> = {
  'some are reset': (proxy) => proxy.reset(some(0.02)),
  'what some are told stalls': (proxy) => proxy.stall(['down'], some(0.05)),
  'what some say stalls': (proxy) => proxy.stall(['up'], some(0.05)),
  'some vanish for a while': (proxy) => proxy.stall(['up', 'down'], some(0.02)),
  'what stalled goes on': (proxy) => proxy.release(),
  'what stalled goes on at last': (proxy) => proxy.release(),
  'all is slow': (proxy) => proxy.delay(Math.random() * 50),
  'all is fast': (proxy) => proxy.delay(0),
}

/** Now and then everybody is cut off at once. */
const everybody = 0.01

/** Lets something happen. */
export function nextFault(proxy: FaultProxy): void {
  if (chance(everybody)) return proxy.reset()
  const all = Object.values(faults)
  all[Math.floor(Math.random() * all.length)]?.(proxy)
}
