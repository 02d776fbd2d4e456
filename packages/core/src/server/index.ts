export { atBoot } from './at-boot.ts'
export { context, forgetContexts } from './context.ts'
export { beginRequestsAtBoot } from './deno.ts'
export { encodeOnce } from './encode-once.ts'
export { isForbiddenMethod } from './forbidden-methods.ts'
export {
  closeConnections,
  connectionsEnded,
  isClosing,
  trackConnection,
} from './open-connections.ts'
export type { OpenConnection } from './open-connections.ts'
export { holdRequest, requestLife, withRequestLife } from './request-life.ts'
export type { RequestLife } from './request-life.ts'
export { shared } from './shared.ts'
export { currentEvent } from './current-event.ts'
export { endpoint } from './endpoint.ts'
export type { EndpointHandler, ServerTransport } from './endpoint.ts'
export type {
  AppendOptions,
  Engine,
  EngineListener,
  Entry,
  Lease,
  Members,
  Page,
} from './engine.ts'
export type { Answers } from './hub/answers.ts'
export type { Carried, Carrier } from './hub/carrier.ts'
export { createHub } from './hub/create-hub.ts'
export type { ChannelHub, HubOptions, Whom } from './hub/channel-hub.ts'
export type { Connection } from './hub/connection.ts'
export type { HubLimits } from './hub/limits.ts'
export type { Metric, MetricName, OnMetric } from './hub/metrics.ts'
export type { Allowance, Question, Rules } from './hub/rules.ts'
export { carriedChannel } from './hub/served-handle.ts'
export type { AskOptions, ChannelSnapshot, ServedHandle } from './hub/served-handle.ts'
export type { User } from './hub/user.ts'
export { memory } from './memory/index.ts'
