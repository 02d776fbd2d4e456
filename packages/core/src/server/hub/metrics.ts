/** One change of a number, as a counter or a gauge of OpenTelemetry takes it. */
export interface Metric {
  /** Without the prefix `kitrt.`: see the table in the README. */
  name: string
  type: 'counter' | 'gauge'
  /** By how much a counter grew; what a gauge is. */
  value: number
  attributes?: Readonly<Record<string, string>> | undefined
}

export type OnMetric = (metric: Metric) => void
