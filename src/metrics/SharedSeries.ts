import type { MetricName } from './catalogue.ts';
import type { GuardedCollector } from './GuardedCollector.ts';
import type { MetricLabels } from './MetricsCollector.ts';
import { StreamSeries } from './StreamSeries.ts';

/** The series that a collector has with the same constant labels, of whatever metrics: all who report there share them. */
export class SharedSeries {
  readonly #collector: GuardedCollector;
  readonly #labels: MetricLabels;
  readonly #wanted = new Set<MetricName>();
  readonly #streams = new Map<string, StreamSeries>();

  /** @param labels the constant ones */
  constructor(collector: GuardedCollector, labels: MetricLabels) {
    this.#collector = collector;
    this.#labels = labels;
  }

  get streams(): Iterable<StreamSeries> {
    return this.#streams.values();
  }

  stream(streamName: string): StreamSeries {
    let stream = this.#streams.get(streamName);
    if (!stream) this.#streams.set(streamName, (stream = new StreamSeries(this, streamName)));
    return stream;
  }

  /** Labels of a series, to be kept and used again: collectors know a series by them. */
  label(labels: MetricLabels): MetricLabels {
    return Object.freeze({ ...this.#labels, ...labels });
  }

  /** Somebody reports these from now on. */
  want(metrics: Iterable<MetricName>): void {
    for (const metric of metrics) this.#wanted.add(metric);
  }

  /** Removes a series of a metric that anybody reports. */
  remove(metric: MetricName, labels: MetricLabels): void {
    if (this.#wanted.has(metric)) this.#collector.remove(metric, labels);
  }
}
