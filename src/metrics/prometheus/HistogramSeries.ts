import type { MetricLabels } from '../MetricsCollector.ts';
import type { Sample, Series } from './Family.ts';

/** A series of a histogram: how many values fell into each bucket. */
export class HistogramSeries implements Series {
  isGone = false;
  readonly users = new Set<object>();
  readonly #labels: MetricLabels;
  readonly #bounds: readonly number[];
  /** The last is for what is above all bounds. */
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(labels: MetricLabels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number, times: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
    this.#sum += value * times;
    this.#count += times;
  }

  *samples(name: string): Iterable<Sample> {
    const sharedLabels = this.#labels;
    let below = 0;
    for (const [bucket, bound] of this.#bounds.entries()) {
      below += this.#counts[bucket] ?? 0;
      yield { metricName: `${name}_bucket`, labels: { le: bound }, sharedLabels, value: below };
    }
    yield { metricName: `${name}_bucket`, labels: { le: '+Inf' }, sharedLabels, value: this.#count };
    yield { metricName: `${name}_sum`, labels: {}, sharedLabels, value: this.#sum };
    yield { metricName: `${name}_count`, labels: {}, sharedLabels, value: this.#count };
  }
}
