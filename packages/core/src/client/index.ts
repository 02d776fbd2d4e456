export { call } from './call.ts'
export type { CallOptions } from './call.ts'
export { createBackoff } from './backoff.ts'
export type { Backoff, BackoffOptions } from './backoff.ts'
export type { ConnectionStatus, Ending } from './connection-status.ts'
export type { Fetch } from './fetch.ts'
export { createLiveValue } from './live-value.ts'
export type { CreateSubscriber, LiveValue, LiveValueOptions } from './live-value.ts'
export { createReconnector } from './reconnector.ts'
export { parseRetryAfter } from './retry-after.ts'
export type { Attempt, NetworkEvents, Reconnector, ReconnectorOptions } from './reconnector.ts'
export { connect } from './connect.ts'
export type { ConnectOptions, PageSession } from './connect.ts'
export type {
  ChannelState,
  ChannelStatus,
  Following,
  FollowingObserver,
  Member,
  MemberList,
} from './following.ts'
export { createLiveChannel } from './live-channel.ts'
export type { LiveChannel, LiveChannelOptions } from './live-channel.ts'
export { pageChannels } from './page-channels.ts'
export type { CarriedChannel } from './page-channels.ts'
export { createSession } from './session.ts'
export type { OpenLine, PublishOptions, Session, SessionOptions } from './session.ts'
export type { ClientTransport, TransportConnection, TransportOptions } from './transport.ts'
