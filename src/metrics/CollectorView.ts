import { noop } from 'rxjs';
import { METRICS, type MetricName } from './catalogue.ts';
import type { GuardedCollector } from './GuardedCollector.ts';
import type { MetricLabels } from './MetricsCollector.ts';
import type { MetricsOptions } from './MetricsOptions.ts';

/** Adds an observation, or several of one value, to a histogram of the catalogue. */
export type Observe = (labels: MetricLabels, value: number, times?: number) => void;

/** A collector as the options of one attachment let it be seen: with only some metrics, and histograms sampled. */
export class CollectorView {
  readonly #collector: GuardedCollector;
  /** Those that are reported. */
  readonly wanted: ReadonlySet<MetricName>;
  readonly #observers = new Map<MetricName, Observe>();

  constructor(collector: GuardedCollector, { include, exclude = [], sampling = 1 }: MetricsOptions) {
    this.#collector = collector;
    const names = Object.keys(METRICS) as MetricName[];
    this.wanted = new Set((include ?? names).filter((name) => !exclude.includes(name)));
    for (const name of names) {
      const fraction = typeof sampling === 'number' ? sampling : (sampling[name] ?? 1);
      this.#observers.set(name, this.wanted.has(name) ? observer(collector, name, fraction) : noop);
    }
  }

  increment(metric: MetricName, labels: MetricLabels, value: number): void {
    if (value > 0 && this.wanted.has(metric)) this.#collector.increment(metric, labels, value);
  }

  gauge(metric: MetricName, labels: MetricLabels, value: number): void {
    if (this.wanted.has(metric)) this.#collector.gauge(metric, labels, value);
  }

  histogram(metric: MetricName, labels: MetricLabels, value: number, times = 1): void {
    this.observer(metric)(labels, value, times);
  }

  /** What adds to a histogram, for where that is done for every record. */
  observer(metric: MetricName): Observe {
    return this.#observers.get(metric) ?? noop;
  }

  wants(metric: MetricName): boolean {
    return this.wanted.has(metric);
  }
}

/** Samples each series evenly: of four observations sampled by 0.25 it is the fourth that is reported. */
function observer(collector: GuardedCollector, metric: MetricName, fraction: number): Observe {
  if (fraction === 1) {
    return (labels, value, times = 1) => {
      collector.histogram(metric, labels, value, times);
    };
  }
  const dues = new WeakMap<MetricLabels, number>();
  return (labels, value, times = 1) => {
    const due = (dues.get(labels) ?? 0) + times * fraction;
    const count = Math.floor(due);
    dues.set(labels, due - count);
    collector.histogram(metric, labels, value, count);
  };
}
