import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';

/** Adds `times` observations of one value, in as few calls as the collector takes. */
export function observeTimes(
  collector: MetricsCollector,
  metric: string,
  labels: MetricLabels,
  value: number,
  times: number,
): void {
  if (times > 1 && collector.histogramTimes) collector.histogramTimes(metric, labels, value, times);
  else for (let time = 0; time < times; time += 1) collector.histogram(metric, labels, value);
}
