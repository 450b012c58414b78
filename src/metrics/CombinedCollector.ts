import { BaseCollector } from './BaseCollector.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';
import { observeTimes } from './observeTimes.ts';

/** Gives each call to several. */
export class CombinedCollector extends BaseCollector implements Required<MetricsCollector> {
  /** @internal */
  readonly parts: readonly MetricsCollector[];

  /** @param parts none of them combines others, or collects nothing */
  constructor(parts: readonly MetricsCollector[]) {
    super();
    this.parts = parts;
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
    for (const collector of this.parts) {
      try {
        call(collector);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  async #all(method: 'flush' | 'close'): Promise<void> {
    const outcomes = await Promise.allSettled(this.parts.map(async (collector) => collector[method]?.()));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the collectors failed to ${method}`);
  }
}
