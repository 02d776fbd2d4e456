import { metrics as api } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { afterAll, expect, test } from 'vitest'
import { metrics } from '../../../../src/server/hub/metrics.ts'
import type { Metric, MetricName } from '../../../../src/server/hub/metrics.ts'
import { onMetric } from './open-telemetry.ts'

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
const provider = new MeterProvider({ readers: [reader] })
api.setGlobalMeterProvider(provider)
afterAll(() => provider.shutdown())

const of = (name: MetricName, value: number, attributes: Metric['attributes'] = {}): void =>
  onMetric({ name, ...metrics[name], value, attributes })

test('the SDK of OpenTelemetry takes every metric, and adds up what was counted', async () => {
  for (const name of Object.keys(metrics) as MetricName[]) of(name, 3)
  for (const name of Object.keys(metrics) as MetricName[]) of(name, 4)
  of('kitrt.resets', 1, { 'kitrt.reset.reason': 'epoch' })
  await reader.forceFlush()
  const told = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics: all }) => all)
  const valueOf = (name: string): readonly unknown[] =>
    told.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []
  for (const [name, { type, unit }] of Object.entries(metrics)) {
    expect(told.find(({ descriptor }) => descriptor.name === name)?.descriptor.unit).toBe(unit)
    expect(valueOf(name)[0]).toMatchObject({ value: type === 'counter' ? 7 : 4 })
  }
  expect(valueOf('kitrt.resets')[1]).toMatchObject({
    value: 1,
    attributes: { 'kitrt.reset.reason': 'epoch' },
  })
})

// github.com/open-telemetry/semantic-conventions, docs/general/naming.md and metrics.md
test('names and units are as the semantic conventions want them', () => {
  for (const [name, { type, unit }] of Object.entries(metrics)) {
    expect(name).toMatch(/^kitrt(\.[a-z]+(_[a-z]+)*)+$/)
    expect(name).not.toMatch(/total/)
    expect(unit).toMatch(/^By$|^\{[a-z]+\}$/)
    // What goes up and down is singular; what counts things is their plural.
    const plural = type === 'counter' && unit !== 'By'
    expect(name.endsWith('s'), name).toBe(plural)
    if (plural) expect(unit).toBe(`{${name.split('.').at(-1)?.slice(0, -1)}}`)
  }
})
