import type { SchedulerLike } from 'rxjs';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';
import { MetricTimer } from './MetricTimer.ts';

/** What the collectors of the library share: timers on top of histograms. */
export abstract class BaseCollector implements MetricsCollector {
  readonly #clock: Pick<SchedulerLike, 'now'>;

  /** @param clock what timers measure with, in milliseconds; default the process' monotonic clock */
  constructor(clock: Pick<SchedulerLike, 'now'> = monotonicScheduler) {
    this.#clock = clock;
  }

  abstract increment(metric: string, labels: MetricLabels, value: number): void;
  abstract gauge(metric: string, labels: MetricLabels, value: number): void;
  abstract histogram(metric: string, labels: MetricLabels, value: number): void;

  /**
   * Starts a timer, which observes the seconds until it is stopped in the histogram `metric`.
   *
   * @example
   * ```ts
   * const collector = inMemoryCollector();
   * const charge = (cents: number) => Promise.resolve(`charged ${cents}`);
   * await collector.timer('charge_seconds', { currency: 'EUR' }).measure(() => charge(999));
   * ```
   */
  timer(metric: string, labels: MetricLabels = {}): MetricTimer {
    return new MetricTimer(this, metric, labels, this.#clock);
  }
}
