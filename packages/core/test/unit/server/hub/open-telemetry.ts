import type { OnMetric } from '@kitrt/core/server'
import { metrics } from '@opentelemetry/api'
import type { Counter, Gauge } from '@opentelemetry/api'

const counters = new Map<string, Counter>()
const gauges = new Map<string, Gauge>()

/** For `createHub({ onMetric })`. The app's instrumentation has set a meter provider before. */
export const onMetric: OnMetric = ({ name, type, unit, value, attributes }) => {
  const meter = metrics.getMeter('kitrt')
  if (type === 'counter') {
    const counter = counters.get(name) ?? meter.createCounter(name, { unit })
    counters.set(name, counter)
    counter.add(value, attributes)
  } else {
    const gauge = gauges.get(name) ?? meter.createGauge(name, { unit })
    gauges.set(name, gauge)
    gauge.record(value, attributes)
  }
}
