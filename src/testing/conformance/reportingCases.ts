import assert from 'node:assert/strict';
import type { CollectorRun } from './CollectorRun.ts';

const STREAM = { stream_name: 'orders' };
const METRIC = { counter: 'lease_events_total', gauge: 'lease_owned', histogram: 'consumer_fetch_duration_seconds' };
const ODD_VALUES = [
  '',
  'a b',
  'a,b=c',
  'quote"s',
  "apos'trophe",
  'back\\slash',
  'line\nbreak',
  '{}',
  'ü€𝄞',
  '<stream>',
];

/** What is reported adds up, by series. */
export const reportingCases: Readonly<Record<string, CollectorRun>> = {
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

  'should count a value as often as it is observed at once, if it has a call for that': async ({ collector, seen }) => {
    if (!collector.histogramTimes) return;
    collector.histogram(METRIC.histogram, STREAM, 2);
    collector.histogramTimes(METRIC.histogram, STREAM, 0.5, 20);
    collector.histogramTimes(METRIC.histogram, { ...STREAM }, 3, 1);
    const { count, sum } = (await seen()).histogram(METRIC.histogram, STREAM) ?? {};
    assert.deepEqual({ count, sum }, { count: 22, sum: 15 });
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

  'should keep series of gauges and of histograms apart, too': async ({ collector, seen }) => {
    const streams = ['orders', 'payments'].map((stream_name) => ({ stream_name }));
    for (const [index, labels] of streams.entries()) {
      collector.gauge(METRIC.gauge, labels, index + 1);
      collector.histogram(METRIC.histogram, labels, index + 3);
    }
    const read = await seen();
    const found = streams.map((labels) => [
      read.gauge(METRIC.gauge, labels),
      read.histogram(METRIC.histogram, labels)?.sum,
    ]);
    assert.deepEqual(found, [
      [1, 3],
      [2, 4],
    ]);
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
};
