import assert from 'node:assert/strict';
import type { MetricLabels, MetricsCollector } from '../metrics/MetricsCollector.ts';

/** One thing that a collector must do. */
export interface CollectorCase {
  /** Starts with "should". */
  readonly title: string;
  /** Rejects with an `AssertionError`, or the collector's own error, when the collector does not do it. */
  readonly run: () => Promise<void>;
}

/** What a collector, or what it reports to, tells of one series; undefined where there is none. */
export interface ReadSeries {
  counter(metric: string, labels: MetricLabels): number | undefined;
  gauge(metric: string, labels: MetricLabels): number | undefined;
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

const STREAM = { stream_name: 'orders' };
const ODD_VALUES = ['a b', 'a,b=c', 'quote"s', "apos'trophe", 'back\\slash', 'line\nbreak', '{}', 'ü€𝄞', '<stream>'];
const METRIC = { counter: 'lease_events_total', gauge: 'lease_owned', histogram: 'consumer_fetch_duration_seconds' };

type Run = (test: CollectorUnderTest & { readonly seen: () => Promise<ReadSeries> }) => Promise<void>;

const cases: Readonly<Record<string, Run>> = {
  'should add up what counters grow by, fractions and nothing included': async ({ collector, seen }) => {
    for (const value of [1, 2.5, 0, 1_000_000]) collector.increment(METRIC.counter, STREAM, value);
    assert.equal((await seen()).counter(METRIC.counter, STREAM), 1_000_003.5);
  },

  'should have gauges at the value that they were set to last': async ({ collector, seen }) => {
    for (const value of [3, 0.5, 0]) collector.gauge(METRIC.gauge, STREAM, value);
    assert.equal((await seen()).gauge(METRIC.gauge, STREAM), 0);
    collector.gauge(METRIC.gauge, STREAM, 1_754_000_000_123);
    assert.equal((await seen()).gauge(METRIC.gauge, STREAM), 1_754_000_000_123);
  },

  'should count what histograms observe, and add it up': async ({ collector, seen }) => {
    for (const value of [0, 0.5, 2, 400]) collector.histogram(METRIC.histogram, STREAM, value);
    const { count, sum } = (await seen()).histogram(METRIC.histogram, STREAM) ?? {};
    assert.deepEqual({ count, sum }, { count: 4, sum: 402.5 });
  },

  'should take labels for the same that are equal, in whatever object and order': async ({ collector, seen }) => {
    const [one, other] = [
      { stream_name: 'orders', event: 'taken' },
      { event: 'taken', stream_name: 'orders' },
    ];
    for (const labels of [one, { ...one }, other, one]) collector.increment(METRIC.counter, labels, 1);
    assert.equal((await seen()).counter(METRIC.counter, one), 4);
  },

  'should keep series apart by any label, and metrics by name': async ({ collector, seen }) => {
    const events = ['taken', 'lost'];
    for (const [index, event] of events.entries()) {
      collector.increment(METRIC.counter, { ...STREAM, event }, index + 1);
    }
    collector.increment('stream_resharding_events_total', STREAM, 7);
    const read = await seen();
    const found = events.map((event) => read.counter(METRIC.counter, { ...STREAM, event }));
    assert.deepEqual([...found, read.counter('stream_resharding_events_total', STREAM)], [1, 2, 7]);
  },

  'should bear any text in the value of a label': async ({ collector, seen }) => {
    for (const [index, value] of ODD_VALUES.entries()) {
      collector.increment(METRIC.counter, { ...STREAM, event: value }, index + 1);
    }
    const read = await seen();
    const found = ODD_VALUES.map((value) => read.counter(METRIC.counter, { ...STREAM, event: value }));
    assert.deepEqual(
      found,
      ODD_VALUES.map((_, index) => index + 1),
    );
  },

  'should take metrics that are not of the catalogue, and none without labels': async ({ collector, seen }) => {
    collector.increment('charges_total', { currency: 'EUR' }, 2);
    collector.histogram('charge_seconds', {}, 0.25);
    collector.gauge('open_carts', {}, 5);
    const read = await seen();
    assert.equal(read.counter('charges_total', { currency: 'EUR' }), 2);
    assert.equal(read.histogram('charge_seconds', {})?.count, 1);
    assert.equal(read.gauge('open_carts', {}), 5);
  },

  'should forget a series of a gauge that is removed, and no other, and begin it anew': async ({ collector, seen }) => {
    if (!collector.remove) return;
    const [gone, kept] = [
      { ...STREAM, shard_id: 'a' },
      { ...STREAM, shard_id: 'b' },
    ];
    for (const labels of [gone, kept]) collector.gauge('consumer_lag_records', labels, 5);
    await seen();
    collector.remove('consumer_lag_records', { ...gone });
    const read = await seen();
    assert.equal(read.gauge('consumer_lag_records', gone), undefined);
    assert.equal(read.gauge('consumer_lag_records', kept), 5);
    collector.gauge('consumer_lag_records', gone, 6);
    assert.equal((await seen()).gauge('consumer_lag_records', gone), 6);
  },

  'should bear the removal of what it does not know': async ({ collector, seen }) => {
    collector.remove?.('consumer_lag_records', STREAM);
    collector.remove?.('unknown', {});
    collector.increment(METRIC.counter, STREAM, 1);
    assert.equal((await seen()).counter(METRIC.counter, STREAM), 1);
  },

  'should count on after a flush, and nothing twice': async ({ collector, seen }) => {
    collector.increment(METRIC.counter, STREAM, 1);
    await collector.flush?.();
    await collector.flush?.();
    collector.increment(METRIC.counter, STREAM, 2);
    assert.equal((await seen()).counter(METRIC.counter, STREAM), 3);
  },

  'should bear being closed twice, and called after that': async ({ collector }) => {
    collector.increment(METRIC.counter, STREAM, 1);
    await collector.close?.();
    await collector.close?.();
    collector.increment(METRIC.counter, STREAM, 1);
    collector.gauge(METRIC.gauge, STREAM, 1);
    collector.histogram(METRIC.histogram, STREAM, 1);
    collector.remove?.(METRIC.counter, STREAM);
    await collector.flush?.();
  },
};

/**
 * Lists what every `MetricsCollector` must do, as cases for any test framework.
 *
 * `open` is called once for each case, and must start with nothing reported. What a collector lacks, as `remove`, is not asked of it.
 *
 * @example
 * ```ts
 * const open = () => {
 *   const collector = inMemoryCollector();
 *   const nameOf = (metric: string, labels: MetricLabels) =>
 *     Object.keys(labels).length === 0 ? metric : `${metric}{${Object.keys(labels).sort().map((name) => `${name}=${labels[name]}`).join(',')}}`;
 *   const read = () => ({
 *     counter: (metric: string, labels: MetricLabels) => collector.counters[nameOf(metric, labels)],
 *     gauge: (metric: string, labels: MetricLabels) => collector.gauges[nameOf(metric, labels)],
 *     histogram: (metric: string, labels: MetricLabels) => collector.histograms[nameOf(metric, labels)],
 *   });
 *   return { collector, read };
 * };
 *
 * describe('inMemoryCollector', () => {
 *   for (const { title, run } of metricsCollectorCases(open)) it(title, run);
 * });
 * ```
 */
export function metricsCollectorCases(
  open: () => CollectorUnderTest | Promise<CollectorUnderTest>,
): readonly CollectorCase[] {
  return Object.entries(cases).map(([title, run]) => ({
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
