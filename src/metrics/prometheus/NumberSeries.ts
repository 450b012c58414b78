import type { MetricLabels } from '../MetricsCollector.ts';
import type { Sample, Series } from './Family.ts';

/** A series of a counter or a gauge. */
export class NumberSeries implements Series {
  value = 0;
  isGone = false;
  readonly users = new Set<object>();
  readonly #labels: MetricLabels;

  constructor(labels: MetricLabels) {
    this.#labels = labels;
  }

  samples(): Iterable<Sample> {
    return [{ labels: this.#labels, value: this.value }];
  }
}
