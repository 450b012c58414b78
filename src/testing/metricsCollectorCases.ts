import { describe } from '../internal/checkNumber.ts';
import type { MetricLabels, MetricsCollector } from '../metrics/MetricsCollector.ts';
import { endingCases } from './conformance/endingCases.ts';
import { reportingCases } from './conformance/reportingCases.ts';

/** One thing that a collector must do. */
export interface CollectorCase {
  /** Starts with "should". */
  readonly title: string;
  /** Rejects with an `AssertionError`, or the collector's own error, when the collector does not do it. */
  readonly run: () => Promise<void>;
}

/** What a collector, or what it reports to, tells of one series; undefined where there is none. */
export interface ReadSeries {
  /** What a counter has come to. */
  counter(metric: string, labels: MetricLabels): number | undefined;
  /** What a gauge stands at. */
  gauge(metric: string, labels: MetricLabels): number | undefined;
  /** How many values a histogram has observed, and their sum. */
  histogram(metric: string, labels: MetricLabels): { readonly count: number; readonly sum: number } | undefined;
}

/** A collector under test, and how what became of its calls is read back. */
export interface CollectorUnderTest {
  readonly collector: MetricsCollector;
  /** Reads what was reported, after `flush()` where the collector has that. */
  readonly read: () => ReadSeries | Promise<ReadSeries>;
  /** Lets go of what `open` made. */
  readonly close?: () => void | Promise<void>;
}

/**
 * Lists what every `MetricsCollector` must do, as cases for any test framework.
 *
 * `open` is called once for each case, and must start with nothing reported. What a collector lacks, as `remove`, is not asked of it.
 *
 * @throws TypeError without `open`
 *
 * @example
 * ```ts
 * const keyOf = (metric: string, labels: MetricLabels) => JSON.stringify([metric, ...Object.entries(labels).sort()]);
 *
 * const open = () => {
 *   const numbers = new Map<string, number>();
 *   const set = (metric: string, labels: MetricLabels, value: number) => void numbers.set(keyOf(metric, labels), value);
 *   const get = (metric: string, labels: MetricLabels) => numbers.get(keyOf(metric, labels));
 *   const add = (metric: string, labels: MetricLabels, value: number) =>
 *     set(metric, labels, (get(metric, labels) ?? 0) + value);
 *   const collector: MetricsCollector = {
 *     increment: add,
 *     gauge: set,
 *     histogram: (metric, labels, value) => {
 *       add(`${metric}_count`, labels, 1);
 *       add(`${metric}_sum`, labels, value);
 *     },
 *   };
 *   const histogram = (metric: string, labels: MetricLabels) => {
 *     const count = get(`${metric}_count`, labels);
 *     return count === undefined ? undefined : { count, sum: get(`${metric}_sum`, labels) ?? 0 };
 *   };
 *   return { collector, read: () => ({ counter: get, gauge: get, histogram }) };
 * };
 *
 * describe('a collector of my own', () => {
 *   for (const { title, run } of metricsCollectorCases(open)) it(title, run);
 * });
 * ```
 */
export function metricsCollectorCases(
  open: () => CollectorUnderTest | Promise<CollectorUnderTest>,
): readonly CollectorCase[] {
  if (typeof (open as unknown) !== 'function') {
    throw new TypeError(`open must be a function that returns a collector under test; got ${describe(open)}`);
  }
  return Object.entries({ ...reportingCases, ...endingCases }).map(([title, run]) => ({
    title,
    run: async () => {
      const test = await open();
      try {
        const seen = async () => {
          await test.collector.flush?.();
          return test.read();
        };
        await run({ ...test, seen });
      } finally {
        await test.close?.();
      }
    },
  }));
}
