import { defer, finalize, isObservable, type Observable, type SchedulerLike } from 'rxjs';
import { GuardedCollector } from './GuardedCollector.ts';
import type { MetricLabels, MetricsCollector } from './MetricsCollector.ts';

/** Measures a time from when it was made, and observes it in a histogram, in seconds. */
export class MetricTimer {
  readonly #collector: Pick<MetricsCollector, 'histogram'>;
  readonly #metric: string;
  readonly #labels: MetricLabels;
  readonly #clock: Pick<SchedulerLike, 'now'>;
  readonly #startedAt: number;
  #seconds: number | undefined;

  /** @internal */
  constructor(
    collector: Pick<MetricsCollector, 'histogram'>,
    metric: string,
    labels: MetricLabels,
    clock: Pick<SchedulerLike, 'now'>,
  ) {
    this.#collector = collector;
    this.#metric = metric;
    this.#labels = labels;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Observes the time since the timer was made, and returns it in seconds. A second call observes nothing, and returns the same. */
  stop(): number {
    return this.#stop(this.#collector);
  }

  /**
   * Stops when the work is done, however that ends: a callback when it has returned or thrown, the Promise or the Observable that it is or
   * returns when that has settled, or was unsubscribed. An Observable is measured once, at its first subscription. The outcome is the work's own:
   * what the collector throws is reported once, as a process warning.
   */
  measure<T>(work: Observable<T> | (() => Observable<T>)): Observable<T>;
  measure<T>(work: Promise<T> | (() => Promise<T>)): Promise<T>;
  measure<T>(work: () => T): T;
  measure(work: unknown): unknown {
    if (typeof work !== 'function') return this.#whenSettled(work);
    try {
      return this.#whenSettled((work as () => unknown)());
    } catch (error) {
      this.#stopQuietly();
      throw error;
    }
  }

  #stop(collector: Pick<MetricsCollector, 'histogram'>): number {
    if (this.#seconds === undefined) {
      this.#seconds = Math.max(0, this.#clock.now() - this.#startedAt) / 1_000;
      collector.histogram(this.#metric, this.#labels, this.#seconds);
    }
    return this.#seconds;
  }

  #stopQuietly(): void {
    this.#stop(GuardedCollector.of(this.#collector));
  }

  #whenSettled(work: unknown): unknown {
    const stop = () => {
      this.#stopQuietly();
    };
    if (isObservable(work)) return defer(() => work.pipe(finalize(stop)));
    if (isPromiseLike(work)) return Promise.resolve(work).finally(stop);
    stop();
    return work;
  }
}

const isPromiseLike = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
