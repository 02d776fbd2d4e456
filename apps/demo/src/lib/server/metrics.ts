import type { MetricName, OnMetric } from '@kitrt/core/server'
import type { Sample } from '#lib/status.ts'

type Counts = Record<string, number>

const gauges: Partial<Record<MetricName, number>> = {}
/** Since the server started, by the value of the metric's attribute. */
const totals: Partial<Record<MetricName, Counts>> = {}
const all = 'all'
let second: Sample['second'] = { published: 0, sent: 0, received: 0, transmitted: 0 }

/** Keeps what the hub tells. */
export const onMetric: OnMetric = ({ name, type, value, attributes }) => {
  if (type === 'gauge') {
    gauges[name] = value
    return
  }
  const counts = (totals[name] ??= {})
  const [what = all] = Object.values(attributes)
  counts[what] = (counts[what] ?? 0) + value
}

/** What there is now, and what has come since it was last asked. */
export function takeSample(): Sample {
  const total = (name: MetricName, what = all): number => totals[name]?.[what] ?? 0
  const before = second
  second = {
    published: total('kitrt.published.events'),
    sent: total('kitrt.sent.events'),
    received: total('kitrt.io', 'receive'),
    transmitted: total('kitrt.io', 'transmit'),
  }
  return {
    at: Date.now(),
    now: {
      connections: gauges['kitrt.connection.count'] ?? 0,
      subscriptions: gauges['kitrt.subscription.count'] ?? 0,
      channels: gauges['kitrt.channel.count'] ?? 0,
      queue: gauges['kitrt.queue.size'] ?? 0,
    },
    second: {
      published: second.published - before.published,
      sent: second.sent - before.sent,
      received: second.received - before.received,
      transmitted: second.transmitted - before.transmitted,
    },
    totals: {
      resumes: total('kitrt.resumes'),
      snapshots: total('kitrt.snapshots'),
      resets: { ...totals['kitrt.resets'] },
      refusals: { ...totals['kitrt.refusals'] },
      closes: { ...totals['kitrt.closes'] },
    },
  }
}
