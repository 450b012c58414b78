import { expect } from 'chai';
import { from, Subject, tap } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { text } from '../../src/codec/text.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { faultyCheckpoints } from '../../src/testing/faultyCheckpoints.ts';
import { hangingStore, leaseOf, shard, workbench } from '../consumer/workbench.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { recordingCollector } from './recordingCollector.ts';

/** The series of one shard, by what stands between `consumer_` and the labels. */
const ofShard = (index: number, values: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const [metric = '', label] = name.split(' ');
      return [`consumer_${metric}{shard_id=${shard(index)}${label ? `,${label}` : ''}}`, value];
    }),
  );

describe('The metrics of a scripted run', () => {
  it('should be these, and no others, of a reader', () => {
    const { clock, fake, put, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const recording = recordingCollector();
    const until = new Subject<void>();
    // The first checkpoint is shard 1's at its end; the second, of shard 0, fails.
    const checkpoints = faultyCheckpoints(store, [{ effect: 'fail', method: 'checkpoint', times: 1, after: 1 }]);
    read({
      until,
      checkpoints,
      pipe: (source) => source.pipe(checkpoint({ intervalMs: 10_000 }), tapMetrics(recording.collector)),
    });
    // Every GetRecords that was answered, and did not fail.
    const fetched = (cut: number) => fake.calls.count('GetRecords') - fake.calls.errors('GetRecords') - cut;
    const idle = { iterator_age_milliseconds: 0, lag_records: 0 };
    const sampled = { oldest_unsettled_seconds: 0, checkpoint_age_seconds: 0 };

    clock.pass(500);
    expect(recording.series()).to.deep.equal({
      ...ofShard(0, idle),
      ...ofShard(1, idle),
      'consumer_fetch_duration_seconds{}': fetched(0),
      'lease_events_total{event=taken}': 2,
      'lease_owned{}': 2,
      'stream_shards_active{}': 2,
      'stream_shards_closed{}': 0,
    });

    // Read after 1 s, then throttled at 2, 2.05, 2.15 and 2.35 s, then fine again; iterators expire; a connection is cut.
    put(shard(0), 'aa', 'bb', 'cc');
    clock.pass(1_000);
    fake.throttle({ stream: 'orders', shard: shard(0), what: 'reads', forMs: 1_000 });
    clock.pass(3_000);
    fake.expireIterators();
    clock.pass(2_000);
    fake.cut({ operation: 'GetRecords', times: 1 });
    clock.pass(1_000);
    const afterFaults = {
      records_received_total: 3,
      bytes_received_total: 6,
      processing_time_seconds: 3,
      'errors_total error_type=ProvisionedThroughputExceededException': 4,
      'errors_total error_type=ExpiredIteratorException': 1,
      'errors_total error_type=connection': 1,
    };
    expect(recording.series()).to.deep.equal({
      ...ofShard(0, { ...idle, ...sampled, ...afterFaults, checkpoint_age_seconds: 5 }),
      ...ofShard(1, { ...idle, ...sampled, 'errors_total error_type=ExpiredIteratorException': 1 }),
      'consumer_end_to_end_seconds{}': 3,
      'consumer_fetch_duration_seconds{}': fetched(1),
      'consumer_queue_size{}': 0,
      'lease_events_total{event=taken}': 2,
      'lease_owned{}': 2,
      'stream_shards_active{}': 2,
      'stream_shards_closed{}': 0,
    });

    // A split: the parent is read to its end, and all of its series go.
    put(shard(1), 'd');
    fake.split('orders', shard(1));
    put(shard(2), 'e');
    put(shard(3), 'f');
    clock.pass(10_000);
    expect(recording.removed).to.include.members(
      Object.keys(ofShard(1, { ...idle, records_received_total: 1, checkpoint_success_total: 1 })),
    );
    const child = { records_received_total: 1, bytes_received_total: 1, processing_time_seconds: 1 };
    const written = { checkpoint_success_total: 1 };
    const failed = { checkpoint_failure_total: 1 };
    expect(recording.series()).to.deep.equal({
      ...ofShard(0, { ...idle, ...sampled, ...afterFaults, ...failed, checkpoint_age_seconds: 15 }),
      ...ofShard(2, { ...idle, ...sampled, ...child, ...written }),
      ...ofShard(3, { ...idle, ...sampled, ...child, ...written }),
      'consumer_end_to_end_seconds{}': 6,
      'consumer_fetch_duration_seconds{}': fetched(1),
      'consumer_queue_size{}': 0,
      'lease_events_total{event=taken}': 4,
      'lease_events_total{event=released}': 1,
      'lease_owned{}': 3,
      'stream_resharding_events_total{}': 1,
      'stream_shards_active{}': 3,
      'stream_shards_closed{}': 1,
    });

    // Shard 0 is written at the second attempt. Shard 3 is lost to a stranger, and so is what was to be written of it.
    clock.pass(9_500);
    put(shard(3), 'g');
    clock.pass(1_000);
    from(store.take(leaseOf(store, shard(3))!, { workerId: 'stranger', token: 'x' })).subscribe();
    clock.pass(9_400);
    expect(recording.removed).to.include.members(Object.keys(ofShard(3, { ...child, ...written })));
    until.next();
    clock.pass(1_000);
    expect(recording.series()).to.deep.equal({
      ...ofShard(0, { ...afterFaults, ...failed, ...written }),
      ...ofShard(2, { ...child, ...written }),
      'consumer_end_to_end_seconds{}': 7,
      'consumer_fetch_duration_seconds{}': fetched(1),
      'consumer_queue_size{}': 0,
      'lease_events_total{event=taken}': 4,
      'lease_events_total{event=lost}': 1,
      'lease_events_total{event=released}': 3,
      'lease_owned{}': 0,
      'stream_resharding_events_total{}': 1,
    });
    expect(recording.histograms.get('consumer_end_to_end_seconds{}')).to.deep.equal(
      // a, b, c wait for the poll; d with its shard; e and f for its end; g for the poll.
      [0.5, 0.5, 0.5, 0.55, 1.55, 1.55, 0.05],
    );
  });

  it('should be these, and no others, of a reader that flow control holds back', () => {
    const { clock, put, read } = workbench();
    const recording = recordingCollector();
    const gate = new Subject<void>();
    const held: { settle(): void }[] = [];
    const { subscription } = read({
      maxInFlightRecords: 10,
      pipe: (source) => {
        source.subscribe((record) => held.push(record));
        return gate;
      },
      metrics: recording.collector,
    });
    put(shard(0), ...Array.from({ length: 30 }, (_, index) => String(index % 10)));
    clock.pass(3_000);
    const held3s = recording.series(/queue|oldest|paused|received|iterator_age/);
    expect(held).to.have.lengthOf(10);
    expect(held3s).to.deep.equal({
      ...ofShard(0, {
        records_received_total: 10,
        bytes_received_total: 10,
        iterator_age_milliseconds: 1,
        oldest_unsettled_seconds: 3,
        // The next call was not due before 0.2 s.
        paused_seconds_total: 2.8,
      }),
      'consumer_queue_size{}': 10,
    });
    for (const record of held) record.settle();
    clock.pass(1_000);
    expect(recording.series(/queue|oldest|records_received/)).to.deep.equal({
      ...ofShard(0, { records_received_total: 20, oldest_unsettled_seconds: 1 }),
      'consumer_queue_size{}': 10,
    });
    subscription.unsubscribe();
  });

  it('should end a pause when reading ends, and count what is settled and in flight after a lease has gone', () => {
    const { clock, put, read, store } = workbench();
    const recording = recordingCollector();
    const held: { settle(): void }[] = [];
    let hangs = false;
    const { subscription } = read({
      checkpoints: hangingStore(store, () => hangs),
      maxInFlightRecords: 3,
      metrics: recording.collector,
      pipe: (source) => source.pipe(tap((record) => held.push(record))),
    });
    put(shard(0), 'a', 'b', 'c', 'd');
    clock.pass(2_000);
    hangs = true;
    clock.pass(20_000);
    expect(recording.series(/queue|owned|paused/)).to.deep.equal({ 'consumer_queue_size{}': 3, 'lease_owned{}': 0 });
    for (const record of held) record.settle();
    clock.pass(1_000);
    expect(recording.series(/queue|end_to_end/)).to.deep.equal({
      'consumer_queue_size{}': 0,
      'consumer_end_to_end_seconds{}': 3,
    });
    subscription.unsubscribe();
    clock.pass(60_000);
  });

  it('should count what is settled after the worker has stopped', () => {
    const { clock, put, read } = workbench();
    const recording = recordingCollector();
    const held: { settle(): void }[] = [];
    const { subscription } = read({
      metrics: recording.collector,
      pipe: (source) => source.pipe(tap((record) => held.push(record))),
    });
    put(shard(0), 'a', 'b');
    clock.pass(2_000);
    subscription.unsubscribe();
    clock.pass(1_000);
    for (const record of held) record.settle();
    expect(recording.series(/end_to_end/)).to.deep.equal({ 'consumer_end_to_end_seconds{}': 2 });
  });

  it('should tell no age of checkpoints where there is no store to write them to', () => {
    const { clock, put, read } = workbench();
    const recording = recordingCollector();
    read({
      checkpoints: undefined,
      startAt: 'TRIM_HORIZON',
      metrics: recording.collector,
      pipe: (source) => source,
    });
    put(shard(0), 'a');
    clock.pass(30_000);
    expect(recording.series(/checkpoint/)).to.deep.equal(ofShard(0, { checkpoint_age_seconds: 0 }));
  });

  it('should be these, and no others, of a writer', () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock, streams: { orders: {} }, latencyMs: 20 });
    const recording = recordingCollector();
    const inputs = new Subject<string>();
    const results: unknown[] = [];
    inputs
      .pipe(
        toKinesis('orders', {
          client: fake,
          scheduler: clock,
          random: () => 0.5,
          codec: text(),
          partitionKey: (value) => (value === 'bad' ? '' : 'key'),
          onFailure: 'emit',
          maxAttempts: 3,
        }),
        tapMetrics(recording.collector),
      )
      .subscribe((result) => results.push(result));

    for (const value of ['aa', 'bb', 'cc', 'bad']) inputs.next(value);
    expect(recording.series()).to.deep.equal({
      'producer_errors_total{error_type=RecordRejectedError}': 1,
      'producer_queue_size{}': 3,
    });

    // A request of three of which one is refused, and sent again; a request that the service fails; one cut off; one throttled to its end.
    fake.failEntries({ code: 'InternalFailure', times: 1 });
    clock.pass(1_000);
    fake.fail({ operation: 'PutRecords', error: 'ServiceUnavailable', times: 1 });
    inputs.next('dd');
    clock.pass(1_000);
    fake.cut({ operation: 'PutRecords', times: 1 });
    inputs.next('ee');
    clock.pass(1_000);
    fake.throttle({ what: 'writes' });
    inputs.next('ff');
    clock.pass(5_000);
    inputs.complete();
    expect(results).to.have.lengthOf(7);
    expect(recording.series()).to.deep.equal({
      'producer_records_sent_total{}': 5,
      'producer_bytes_sent_total{}': 10,
      'producer_errors_total{error_type=RecordRejectedError}': 1,
      'producer_errors_total{error_type=InternalFailure}': 1,
      'producer_errors_total{error_type=ServiceUnavailable}': 1,
      'producer_errors_total{error_type=connection}': 1,
      'producer_errors_total{error_type=ProvisionedThroughputExceededException}': 3,
      'producer_throttles_total{}': 3,
      'producer_user_records_per_record{}': 11,
      'producer_retries_total{}': 5,
      'producer_batch_size{}': 9,
      'producer_flush_duration_seconds{}': 9,
      'producer_buffering_seconds{}': 6,
      'producer_queue_size{}': 0,
    });
    expect(recording.histograms.get('producer_batch_size{}')).to.deep.equal([3, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(new Set(recording.histograms.get('producer_flush_duration_seconds{}'))).to.deep.equal(new Set([0.02]));
    expect(new Set(recording.histograms.get('producer_buffering_seconds{}'))).to.deep.equal(new Set([0.1]));
  });
});
