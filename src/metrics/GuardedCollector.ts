import { nameCause } from '../internal/nameRecord.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';

type Guarded = Partial<MetricsCollector>;

const byCollector = new WeakMap<Guarded, GuardedCollector>();

/** A collector each of whose calls fails by itself: what it throws, or rejects with, is reported once, and goes no further. */
export class GuardedCollector {
  readonly #collector: Guarded;
  #hasReported = false;

  private constructor(collector: Guarded) {
    this.#collector = collector;
  }

  static of(collector: Guarded): GuardedCollector {
    let guarded = byCollector.get(collector);
    if (!guarded) byCollector.set(collector, (guarded = new GuardedCollector(collector)));
    return guarded;
  }

  increment(metric: string, labels: MetricLabels, value: number): void {
    this.guard(() => this.#collector.increment?.(metric, labels, value));
  }

  gauge(metric: string, labels: MetricLabels, value: number): void {
    this.guard(() => this.#collector.gauge?.(metric, labels, value));
  }

  /** Adds `times` observations of one value, in as few calls as the collector takes. */
  histogram(metric: string, labels: MetricLabels, value: number, times = 1): void {
    const collector = this.#collector;
    if (times > 1 && collector.histogramTimes) {
      this.guard(() => collector.histogramTimes?.(metric, labels, value, times));
      return;
    }
    for (let time = 0; time < times; time += 1) this.guard(() => collector.histogram?.(metric, labels, value));
  }

  remove(metric: string, labels: MetricLabels): void {
    this.guard(() => this.#collector.remove?.(metric, labels));
  }

  /** Calls the collector. */
  guard(call: () => unknown): void {
    try {
      const outcome = call();
      if (isThenable(outcome)) outcome.then(undefined, this.#report);
    } catch (error) {
      this.#report(error);
    }
  }

  readonly #report = (error: unknown): void => {
    if (this.#hasReported) return;
    this.#hasReported = true;
    process.emitWarning(`A metrics collector threw: ${nameCause(error)}. It is still called; this is reported once.`, {
      type: 'KinesisMetricsWarning',
    });
  };
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
