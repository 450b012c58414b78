import { StatsD } from 'hot-shots';
import type { MetricLabels } from '../../../src/metrics/MetricsCollector.ts';
import { nameSeries } from '../../../src/metrics/statsd/nameSeries.ts';
import { statsdCollector } from '../../../src/metrics/statsd/statsdCollector.ts';
import { metricsCollectorCases } from '../../../src/testing/metricsCollectorCases.ts';

/** An agent that adds up lines; of gauges it knows what came last, as Datadog. */
function open() {
  const client = new StatsD({ mock: true });
  const collector = statsdCollector({ client });
  const counters = new Map<string, number>();
  const histograms = new Map<string, { count: number; sum: number }>();
  const keyOf = (metric: string, labels: MetricLabels) => {
    const { name, tags } = nameSeries({ flavour: 'datadog', prefix: '', labels: {} }, metric, labels);
    return [name, Object.entries(tags).map((tag) => tag.join(':'))].join(' ');
  };
  const read = async () => {
    // Gauges are repeated whenever anything is sent.
    collector.increment('tick_total', {}, 0);
    await collector.flush();
    const gauges = new Map<string, number>();
    for (const line of client.mockBuffer!.splice(0)) {
      const [, name, value, type, tags = ''] = /^([^:]+):([^|]+)\|(\w+)(?:\|#(.*))?$/.exec(line)!;
      const key = `${name!} ${tags}`;
      if (type === 'c') counters.set(key, (counters.get(key) ?? 0) + Number(value));
      if (type === 'g') gauges.set(key, Number(value));
      const { count, sum } = histograms.get(key) ?? { count: 0, sum: 0 };
      if (type === 'h') histograms.set(key, { count: count + 1, sum: sum + Number(value) });
    }
    return {
      counter: (metric: string, labels: MetricLabels) => counters.get(keyOf(metric, labels)),
      gauge: (metric: string, labels: MetricLabels) => gauges.get(keyOf(metric, labels)),
      histogram: (metric: string, labels: MetricLabels) => histograms.get(keyOf(metric, labels)),
    };
  };
  return { collector, read, close: () => collector.close() };
}

describe('statsdCollector, as a collector', () => {
  for (const { title, run } of metricsCollectorCases(open)) it(title, run);
});
