import { METRICS, type MetricName } from './catalogue.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';
import type { MetricsOptions } from './MetricsOptions.ts';

/** A collector as the options of one attachment let it be seen: with constant labels, only some metrics, and histograms sampled. */
export class CollectorView {
  readonly collector: MetricsCollector;
  readonly #labels: MetricLabels;
  readonly #isWanted: ReadonlySet<string>;
  readonly #sampling: ReadonlyMap<string, Sampling>;

  constructor(collector: MetricsCollector, { labels = {}, include, exclude = [], sampling = 1 }: MetricsOptions) {
    this.collector = collector;
    this.#labels = labels;
    const names = Object.keys(METRICS) as MetricName[];
    this.#isWanted = new Set((include ?? names).filter((name) => !exclude.includes(name)));
    const fractionOf = (name: MetricName) => (typeof sampling === 'number' ? sampling : (sampling[name] ?? 1));
    this.#sampling = new Map(names.map((name) => [name, { fraction: fractionOf(name), due: 0 }]));
  }

  /** Labels of a series, to be kept and used again: collectors know a series by them. */
  label(labels: MetricLabels): MetricLabels {
    return Object.freeze({ ...this.#labels, ...labels });
  }

  wants(metric: MetricName): boolean {
    return this.#isWanted.has(metric);
  }

  increment(metric: MetricName, labels: MetricLabels, value: number): void {
    if (value > 0 && this.wants(metric)) this.collector.increment(metric, labels, value);
  }

  gauge(metric: MetricName, labels: MetricLabels, value: number): void {
    if (this.wants(metric)) this.collector.gauge(metric, labels, value);
  }

  histogram(metric: MetricName, labels: MetricLabels, value: number): void {
    if (this.wants(metric) && this.#isDue(metric)) this.collector.histogram(metric, labels, value);
  }

  remove(metric: MetricName, labels: MetricLabels): void {
    if (this.wants(metric)) this.collector.remove?.(metric, labels);
  }

  /** Evenly: of four observations sampled by 0.25 it is the fourth. */
  #isDue(metric: string): boolean {
    const sampling = this.#sampling.get(metric);
    if (!sampling || sampling.fraction === 1) return true;
    sampling.due += sampling.fraction;
    if (sampling.due < 1) return false;
    sampling.due -= 1;
    return true;
  }
}

interface Sampling {
  readonly fraction: number;
  due: number;
}
