/** One change of a number, as a counter or a gauge of OpenTelemetry takes it. */
export interface Metric {
  /** By OpenTelemetry's rules for names: see the table in the README. */
  name: MetricName
  type: 'counter' | 'gauge'
  /** As UCUM writes it: `By`, `{event}` … */
  unit: string
  /** By how much a counter grew; what a gauge is. */
  value: number
  attributes: Readonly<Record<string, string>>
}

/** Told at most once for each metric, its attributes, and turn of the event loop. */
export type OnMetric = (metric: Metric) => void

export type GaugeName =
  | 'kitrt.connection.count'
  | 'kitrt.subscription.count'
  | 'kitrt.channel.count'
  | 'kitrt.queue.size'

export type CounterName =
  | 'kitrt.published.events'
  | 'kitrt.sent.events'
  | 'kitrt.dropped.messages'
  | 'kitrt.received.frames'
  | 'kitrt.io'
  | 'kitrt.snapshots'
  | 'kitrt.resumes'
  | 'kitrt.resets'
  | 'kitrt.refusals'
  | 'kitrt.closes'

export type MetricName = GaugeName | CounterName

export const metrics: Record<GaugeName, { type: 'gauge'; unit: string }> &
  Record<CounterName, { type: 'counter'; unit: string }> = {
  'kitrt.connection.count': { type: 'gauge', unit: '{connection}' },
  'kitrt.subscription.count': { type: 'gauge', unit: '{subscription}' },
  'kitrt.channel.count': { type: 'gauge', unit: '{channel}' },
  'kitrt.queue.size': { type: 'gauge', unit: 'By' },
  'kitrt.published.events': { type: 'counter', unit: '{event}' },
  'kitrt.sent.events': { type: 'counter', unit: '{event}' },
  'kitrt.dropped.messages': { type: 'counter', unit: '{message}' },
  'kitrt.received.frames': { type: 'counter', unit: '{frame}' },
  'kitrt.io': { type: 'counter', unit: 'By' },
  'kitrt.snapshots': { type: 'counter', unit: '{snapshot}' },
  'kitrt.resumes': { type: 'counter', unit: '{resume}' },
  'kitrt.resets': { type: 'counter', unit: '{reset}' },
  'kitrt.refusals': { type: 'counter', unit: '{refusal}' },
  'kitrt.closes': { type: 'counter', unit: '{close}' },
}
