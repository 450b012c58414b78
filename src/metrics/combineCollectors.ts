import { BaseCollector } from './BaseCollector.ts';
import { observeTimes } from './observeTimes.ts';
import { checkCollector } from './checkCollector.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';

/**
 * A collector that gives each call to several, in the order given.
 *
 * Of none it collects nothing. One that throws keeps nothing from the others; the error is thrown once all were called.
 * `flush()` and `close()` wait for all, and reject with an `AggregateError` of what failed.
 *
 * @example
 * ```ts
 * const seen = inMemoryCollector();
 * setMetricsCollector(combineCollectors(seen, noopCollector));
 * ```
 *
 * @throws TypeError for what is no collector, saying which and what was given
 */
export function combineCollectors(
  ...collectors: readonly MetricsCollector[]
): BaseCollector & Required<MetricsCollector> {
  return new CombinedCollector(
    collectors.map((collector, index) => checkCollector(`collector ${index + 1}`, collector)),
  );
}

class CombinedCollector extends BaseCollector implements Required<MetricsCollector> {
  readonly #collectors: readonly MetricsCollector[];

  constructor(collectors: readonly MetricsCollector[]) {
    super();
    this.#collectors = collectors;
  }

  override increment(metric: string, labels: MetricLabels, value: number): void {
    this.#each((collector) => collector.increment(metric, labels, value));
  }

  override gauge(metric: string, labels: MetricLabels, value: number): void {
    this.#each((collector) => collector.gauge(metric, labels, value));
  }

  override histogram(metric: string, labels: MetricLabels, value: number): void {
    this.#each((collector) => collector.histogram(metric, labels, value));
  }

  histogramTimes(metric: string, labels: MetricLabels, value: number, times: number): void {
    this.#each((collector) => {
      observeTimes(collector, metric, labels, value, times);
    });
  }

  remove(metric: string, labels: MetricLabels): void {
    this.#each((collector) => collector.remove?.(metric, labels));
  }

  flush(): Promise<void> {
    return this.#all('flush');
  }

  close(): Promise<void> {
    return this.#all('close');
  }

  #each(call: (collector: MetricsCollector) => void): void {
    let failure: { readonly error: unknown } | undefined;
    for (const collector of this.#collectors) {
      try {
        call(collector);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  async #all(method: 'flush' | 'close'): Promise<void> {
    const outcomes = await Promise.allSettled(this.#collectors.map(async (collector) => collector[method]?.()));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the collectors failed to ${method}`);
  }
}
