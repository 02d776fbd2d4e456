import type { OnError } from '../../on-error.ts'
import { metrics } from './metrics.ts'
import type { CounterName, GaugeName, Metric, MetricName, OnMetric } from './metrics.ts'
import type { Turn } from './turn.ts'

/** Gathers what a hub counts, and tells it at the end of the turn: one fan-out is one number. */
export interface Meter {
  count(name: CounterName, by?: number, attributes?: Metric['attributes']): void
  gauge(name: GaugeName, value: number): void
  /** Counts the bytes of a message. */
  io(direction: 'receive' | 'transmit', message: string): void
}

export interface MeterOptions {
  turn: Turn
  onMetric: OnMetric
  onError: OnError
}

/** For a hub that nobody listens to. */
export const noMeter: Meter = { count() {}, gauge() {}, io() {} }

const none = {}
const directions = {
  receive: { 'network.io.direction': 'receive' },
  transmit: { 'network.io.direction': 'transmit' },
}

export function createMeter({ turn, onMetric, onError }: MeterOptions): Meter {
  const gathered = new Map<string, Metric>()

  function tell(): void {
    const told = [...gathered.values()]
    gathered.clear()
    for (const metric of told) {
      try {
        onMetric(metric)
      } catch (error) {
        onError(error, { stage: 'onMetric' })
      }
    }
  }

  function metricOf(name: MetricName, attributes: Metric['attributes']): Metric {
    const key = attributes === none ? name : name + JSON.stringify(attributes)
    const known = gathered.get(key)
    if (known) return known
    const metric = { name, ...metrics[name], value: 0, attributes }
    gathered.set(key, metric)
    turn.end('connection', tell)
    return metric
  }

  const meter: Meter = {
    count(name, by = 1, attributes = none) {
      metricOf(name, attributes).value += by
    },
    gauge(name, value) {
      metricOf(name, none).value = value
    },
    io: (direction, message) =>
      meter.count('kitrt.io', Buffer.byteLength(message), directions[direction]),
  }
  return meter
}
