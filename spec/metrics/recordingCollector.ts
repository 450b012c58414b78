import type { MetricLabels, MetricsCollector } from '../../src/metrics/MetricsCollector.ts';

/** Keeps what it is told: the value of each counter and gauge, and the observations of each histogram, by series. */
export function recordingCollector() {
  const counters = new Map<string, number>();
  const gauges = new Map<string, number>();
  const histograms = new Map<string, number[]>();
  const removed: string[] = [];
  const labelsBySeries = new Map<string, Set<MetricLabels>>();
  const nameSeries = (metric: string, labels: MetricLabels) => {
    const pairs = Object.entries(labels).filter(([name]) => name !== 'stream_name');
    const series = `${metric}{${pairs.map(([name, value]) => `${name}=${value}`).join(',')}}`;
    const known = labelsBySeries.get(series) ?? new Set();
    labelsBySeries.set(series, known.add(labels));
    return series;
  };
  const collector: MetricsCollector = {
    increment: (metric, labels, value) => {
      const name = nameSeries(metric, labels);
      counters.set(name, (counters.get(name) ?? 0) + value);
    },
    gauge: (metric, labels, value) => gauges.set(nameSeries(metric, labels), value),
    histogram: (metric, labels, value) => {
      const name = nameSeries(metric, labels);
      histograms.set(name, [...(histograms.get(name) ?? []), value]);
    },
    remove: (metric, labels) => {
      const name = nameSeries(metric, labels);
      if (counters.delete(name) || gauges.delete(name) || histograms.delete(name)) removed.push(name);
    },
  };
  return {
    collector,
    counters,
    gauges,
    histograms,
    removed,
    /** By series: how many objects its labels came in. */
    labelObjects: () => [...labelsBySeries.values()].map(({ size }) => size),
    /** The series that there are, with their values; of histograms how many there are. */
    series: (pattern = /./): Record<string, number> =>
      Object.fromEntries(
        [...counters, ...gauges, ...[...histograms].map(([name, values]) => [name, values.length] as const)]
          .filter(([name]) => pattern.test(name))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
  };
}
