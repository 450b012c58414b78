import type { MetricTimer } from './MetricTimer.ts';

/**
 * The labels of a series, by name.
 *
 * The library gives the same object each time for the same series, so a collector may find what it keeps of a series by the object's identity;
 * those of the library do. Who calls a collector leaves an object as it is once it was given: changed, it would still be of its first series.
 */
export type MetricLabels = Readonly<Record<string, string>>;

/**
 * Where metrics go. Three methods are enough; extend {@link BaseCollector} to have timers, too.
 *
 * Calls come synchronously, from the middle of the stream: a collector adds up and returns, and sends later. What it throws, or
 * a promise that it returns rejects with, is reported once, as a process warning, and never reaches the stream.
 *
 * Values that are not finite, and negative ones for counters, are left out by the collectors of the library, which never reports such.
 *
 * @example
 * ```ts
 * const log: MetricsCollector = {
 *   increment: (metric, labels, value) => console.log('+', metric, labels, value),
 *   gauge: (metric, labels, value) => console.log('=', metric, labels, value),
 *   histogram: (metric, labels, value) => console.log('~', metric, labels, value),
 * };
 * ```
 */
export interface MetricsCollector {
  /** Adds `value`, from 0, to a counter. */
  increment(metric: string, labels: MetricLabels, value: number): void;
  /** Sets a gauge. */
  gauge(metric: string, labels: MetricLabels, value: number): void;
  /** Adds one observation to a histogram. */
  histogram(metric: string, labels: MetricLabels, value: number): void;
  /**
   * Adds `times` observations of one value to a histogram: what many records have in common comes at once. Optional: else `histogram` is
   * called so often.
   */
  histogramTimes?(metric: string, labels: MetricLabels, value: number, times: number): void;
  /** Starts a timer over a histogram; {@link BaseCollector} has it. Optional. */
  timer?(metric: string, labels?: MetricLabels): MetricTimer;
  /** Forgets a series: its shard has ended, or its lease has gone. Optional. */
  remove?(metric: string, labels: MetricLabels): void;
  /** Sends what is buffered; resolves once it is on its way. Optional. */
  flush?(): Promise<void>;
  /** Sends what is buffered and lets go of timers and sockets; nothing is reported after that. Optional. */
  close?(): Promise<void>;
}
