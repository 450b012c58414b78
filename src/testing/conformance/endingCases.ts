import assert from 'node:assert/strict';
import type { BaseCollector } from '../../metrics/BaseCollector.ts';
import type { CollectorRun } from './CollectorRun.ts';

const STREAM = { stream_name: 'orders' };
const METRIC = { counter: 'lease_events_total', gauge: 'lease_owned', histogram: 'consumer_fetch_duration_seconds' };

/** Timers, series and collectors end as they should, where a collector has such. */
export const endingCases: Readonly<Record<string, CollectorRun>> = {
  'should have timers observe what they tell, in seconds and once, if it has them': async ({ collector, seen }) => {
    const { timer } = collector as Partial<BaseCollector>;
    if (!timer) return;
    const running = timer.call(collector, 'charge_seconds', { currency: 'EUR' });
    const seconds = running.stop();
    running.stop();
    const { count, sum } = (await seen()).histogram('charge_seconds', { currency: 'EUR' }) ?? {};
    assert.deepEqual({ count, sum }, { count: 1, sum: seconds });
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
