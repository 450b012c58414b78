import { expect } from 'chai';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { projectionOf } from '../../src/metrics/attachMetrics.ts';
import type { MetricsOptions } from '../../src/metrics/MetricsOptions.ts';
import type { MetricsProjection } from '../../src/metrics/MetricsProjection.ts';
import { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { recordingCollector } from './recordingCollector.ts';

const streamName = 'orders';
const of = { streamName, shardId: 'shard-0' };
const owned = (ownedLeases: number): Diagnostic => ({ type: 'lease', event: 'taken', ...of, ownedLeases });
const sample = { inFlightRecords: 0, oldestUnsettledMs: 0, checkpointAgeMs: 0, pausedMs: 0 };
const sampled = (inFlightRecords: number, ...shardIds: readonly string[]): Diagnostic => ({
  type: 'sampled',
  streamName,
  inFlightRecords,
  shards: shardIds.map((shardId) => ({ ...sample, shardId })),
});
const queued = (records: number): Diagnostic => ({ type: 'queued', streamName, records, bytes: 0 });
const listed: Diagnostic = { type: 'shardsListed', streamName, openShards: 2, closedShards: 1 };
const stopped: Diagnostic = { type: 'stopped', streamName, error: undefined };
const resharded: Diagnostic = { type: 'resharded', streamName, parentShardIds: ['a'], childShardIds: ['b', 'c'] };
const checkpointed: Diagnostic = { type: 'checkpointed', ...of, position: 'SHARD_END' };
const fetched: Diagnostic = {
  type: 'fetched',
  ...of,
  records: 0,
  bytes: 0,
  millisBehindLatest: 7,
  lagRecords: 3,
  durationMs: 5,
};

/** A collector, and projections to it by their options. */
function bench() {
  const recording = recordingCollector();
  return { ...recording, project: (options?: MetricsOptions) => projectionOf(recording.collector, options) };
}

/** Lets a subscription of its own be heard. */
function hear(projection: MetricsProjection, ...events: readonly Diagnostic[]): object {
  const source = {};
  for (const event of events) projection.hear(event, source);
  return source;
}

describe('MetricsProjection', () => {
  it('should add up what all subscriptions to a stream have, whatever the options of each but its labels', () => {
    const { project, series } = bench();
    const [all, some, other] = [
      project(),
      project({ exclude: ['consumer_lag_records'], sampling: 0.5 }),
      project({ labels: { app: 'search' } }),
    ];
    for (const projection of [all, some, other]) hear(projection, sampled(10), owned(2), queued(5));
    expect(series(/owned|queue_size/)).to.deep.equal({
      'lease_owned{}': 4,
      'consumer_queue_size{}': 20,
      'producer_queue_size{}': 10,
      'lease_owned{app=search}': 2,
      'consumer_queue_size{app=search}': 10,
      'producer_queue_size{app=search}': 5,
    });
  });

  it('should count in gauges only those whose options have them', () => {
    const { project, series } = bench();
    hear(project(), owned(2));
    const source = hear(project({ exclude: ['lease_owned'] }), owned(3));
    project({ exclude: ['lease_owned'] }).hear(stopped, source);
    expect(series(/owned/)).to.deep.equal({ 'lease_owned{}': 2 });
  });

  it('should remove the series of a shard once nobody reads it, whoever reported which', () => {
    const { project, series } = bench();
    const [age, lag] = [
      project({ include: ['consumer_iterator_age_milliseconds'] }),
      project({ include: ['consumer_lag_records'] }),
    ];
    const [first, second] = [hear(age, fetched), hear(lag, fetched)];
    age.hear(stopped, first);
    expect(Object.values(series())).to.deep.equal([7, 3]);
    lag.hear(stopped, second);
    expect(series()).to.be.empty;
  });

  it('should count a reshard once, where the options have that', () => {
    const { project, series } = bench();
    hear(project({ include: ['lease_owned'] }), resharded);
    hear(project(), resharded);
    hear(project({ sampling: 0.5 }), resharded);
    expect(series()).to.deep.equal({ 'stream_resharding_events_total{}': 1 });
  });

  it('should keep the gauges of a stream while anybody lists its shards, with a lease or without', () => {
    const { project, series } = bench();
    const projection = project();
    const [idle, busy] = [hear(projection, listed), hear(projection, listed, owned(1), fetched)];
    projection.hear(stopped, busy);
    expect(series(/shards/)).to.deep.equal({ 'stream_shards_active{}': 2, 'stream_shards_closed{}': 1 });
    projection.hear(stopped, idle);
    projection.hear(listed, idle);
    expect(series(/shards/)).to.be.empty;
  });

  it('should let go of all that a source told that is not heard any more, until it is heard again', () => {
    const { project, series } = bench();
    const projection = project();
    const source = hear(projection, listed, owned(1), sampled(4, 'shard-0'), queued(3), fetched, checkpointed);
    projection.leave(source);
    const counts = { 'consumer_checkpoint_success_total{shard_id=shard-0}': 1, 'lease_events_total{event=taken}': 1 };
    expect(series()).to.deep.equal({ ...counts, 'consumer_fetch_duration_seconds{}': 1 });
    projection.hear(fetched, source);
    expect(series(/shard_id/)).to.deep.include({ 'consumer_iterator_age_milliseconds{shard_id=shard-0}': 7 });
  });

  it('should tell what the others have when a source is not heard any more, and 0 once all have stopped', () => {
    const { project, series } = bench();
    const projection = project();
    const [left, stays] = [hear(projection, owned(2), sampled(4, 'a', 'b')), hear(projection, owned(3))];
    projection.leave(left);
    expect(series(/owned|queue/)).to.deep.equal({ 'lease_owned{}': 3 });
    projection.hear(stopped, stays);
    expect(series(/owned/)).to.deep.equal({ 'lease_owned{}': 0 });
  });

  it('should keep 0 as what waits where writers have ended, and take away what one has that is not heard any more', () => {
    const { project, series } = bench();
    const projection = project();
    const ended = hear(projection, queued(3), queued(0));
    projection.leave(ended);
    expect(series()).to.deep.equal({ 'producer_queue_size{}': 0 });
    projection.leave(hear(projection, queued(3)));
    expect(series()).to.be.empty;
  });

  it('should learn from a sample how many leases there are', () => {
    const { project, series } = bench();
    const projection = project();
    hear(projection, sampled(0, 'a', 'b'));
    const source = hear(projection, owned(7));
    projection.leave(source);
    projection.hear(sampled(0, 'c'), source);
    expect(series(/owned/)).to.deep.equal({ 'lease_owned{}': 3 });
  });

  it('should make no gauge for a source that told nothing', () => {
    const { project, series } = bench();
    project().leave({});
    hear(project(), stopped);
    expect(series()).to.be.empty;
  });

  it('should observe what is in a row as one, each shard by itself, and nothing after a shard has gone', () => {
    const { project, histograms, removed } = bench();
    const projection = project({ include: ['consumer_processing_time_seconds'] });
    const make = recordFactory({ streamName });
    const { diagnostics } = make('a').origin;
    const process = (shardId: string, tookMs: number) => {
      const { delivery, index, ...attributes } = make('a', { shardId });
      const clock = { now: () => delivery.deliveredMs(index)! + tookMs, isDelivering: true };
      const timed = { ...delivery, origin: { ...delivery.origin, diagnostics, clock } };
      projection.processed(new KinesisRecord(attributes, 'a', timed, index));
    };
    for (const shardId of ['shard-0', 'shard-0', 'shard-0', 'shard-1']) process(shardId, 100);
    projection.hear({ type: 'shardStopped', streamName, shardId: 'shard-1', reason: 'leaseGone' }, diagnostics);
    process('shard-1', 100);
    projection.flush();
    const [zero, one] = ['shard-0', 'shard-1'].map((id) => `consumer_processing_time_seconds{shard_id=${id}}`);
    expect([...histograms.keys()]).to.deep.equal([zero]);
    expect(histograms.get(zero!)).to.have.lengthOf(3);
    expect(removed).to.deep.equal([one]);
  });

  it('should time each record by itself, while the clock stands, that waited before it came', () => {
    const { project, histograms } = bench();
    const projection = project({ include: ['consumer_processing_time_seconds'] });
    const { delivery, ...attributes } = recordFactory({ streamName })('a', { shardId: 'shard-0' });
    const deliveredMs = [1_000, 2_000, 5_000, 5_000, 5_000, 6_000, 6_000];
    const clock = { now: () => 5_000, isDelivering: true, standingAt: () => 1 };
    const timed = { ...delivery, origin: { ...delivery.origin, clock }, deliveredMs: (at: number) => deliveredMs[at] };
    const process = (index: number) => {
      projection.processed(new KinesisRecord(attributes, 'a', timed, index));
    };
    // Two that waited, one that did not, another that waited, and two that did not.
    for (const index of [0, 1, 2, 0, 3, 4]) process(index);
    Object.assign(clock, { now: () => 6_000, standingAt: () => 2 });
    for (const index of [4, 5, 6]) process(index);
    projection.flush();
    const times = histograms.get('consumer_processing_time_seconds{shard_id=shard-0}');
    expect(times).to.deep.equal([4, 3, 0, 4, 0, 0, 1, 0, 0]);
  });

  it('should give the last record of an instant the time for which it was handled, if that is long', () => {
    for (const isLast of [false, true]) {
      const { project, histograms } = bench();
      const projection = project({ include: ['consumer_processing_time_seconds'] });
      const { delivery, ...attributes } = recordFactory({ streamName })('a', { shardId: 'shard-0' });
      const overrunMs = (standing: number, index: number) => (standing === 1 && index === 3 ? 2_000 : 0);
      const clock = { now: () => 5_000, isDelivering: true, standingAt: () => 1, overrunMs };
      const timed = { ...delivery, origin: { ...delivery.origin, clock }, deliveredMs: () => 5_000 };
      const process = (index: number) => {
        projection.processed(new KinesisRecord(attributes, 'a', timed, index));
      };
      for (const index of [0, 1, 2, 3]) process(index);
      clock.standingAt = () => 2;
      if (!isLast) process(4);
      projection.flush();
      const times = histograms.get('consumer_processing_time_seconds{shard_id=shard-0}');
      expect(times).to.deep.equal(isLast ? [0, 0, 0, 2] : [0, 0, 0, 2, 0]);
    }
  });
});
