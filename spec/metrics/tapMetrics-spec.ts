import { expect } from 'chai';
import {
  concatMap,
  EMPTY,
  defer,
  delayWhen,
  from,
  groupBy,
  map,
  merge,
  mergeMap,
  NEVER,
  noop,
  of,
  type Observable,
  range,
  repeat,
  retry,
  share,
  Subject,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { dynamoDbCheckpoints } from '../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { redisCheckpoints } from '../../src/checkpoint/redis/redisCheckpoints.ts';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { tapDiagnostics } from '../../src/diagnostics/tapDiagnostics.ts';
import { noopCollector } from '../../src/metrics/noopCollector.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { checkpointOf, hangingStore, shard, textOf, workbench } from '../consumer/workbench.ts';
import { warningsDuring } from '../diagnostics/warningsDuring.ts';
import { marbles } from '../support/marbles.ts';
import { recordingCollector } from './recordingCollector.ts';

const received = `consumer_records_received_total{shard_id=${shard(0)}}`;
const processing = `consumer_processing_time_seconds{shard_id=${shard(0)}}`;

describe('tapMetrics', () => {
  it(
    'should pass what flows through as it is',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-|');
      const subscription = ' ^----!';
      const expected = '     -a-b-|';
      expectObservable(source.pipe(tapMetrics(recordingCollector().collector))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    }),
  );

  it(
    'should complete with an empty source, stay silent with a silent one and pass an error on',
    marbles(({ cold, expectObservable }) => {
      const tapped = tapMetrics<string>(recordingCollector().collector);
      expectObservable(EMPTY.pipe(tapped)).toBe('|');
      expectObservable(NEVER.pipe(tapped)).toBe('-');
      expectObservable(cold('a-#').pipe(tapped)).toBe('a-#');
    }),
  );

  it('should report a source from before its first record to its end', () => {
    const { clock, fake, put, read } = workbench();
    const { collector, series } = recordingCollector();
    fake.fail({ operation: 'ListShards', error: 'LimitExceededException', times: 1 });
    const until = new Subject<void>();
    read({ until, pipe: (source) => source.pipe(checkpoint({ intervalMs: 100 }), tapMetrics(collector)) });
    clock.pass(50);
    expect(series(/errors/)).to.deep.equal({
      'consumer_errors_total{shard_id=<stream>,error_type=LimitExceededException}': 1,
    });
    clock.pass(2_000);
    put(shard(0), 'a', 'b');
    clock.pass(2_500);
    expect(series()).to.include({
      [received]: 2,
      [processing]: 2,
      'consumer_end_to_end_seconds{}': 2,
      'lease_owned{}': 1,
      'stream_shards_active{}': 1,
    });
    until.next();
    clock.pass(100);
    expect(series()).to.include({
      'lease_events_total{event=released}': 1,
      'lease_owned{}': 0,
      'consumer_queue_size{}': 0,
    });
  });

  it('should report the source and the sink of a pipe from stream to stream', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: {}, copies: {} } });
    const { collector, series } = recordingCollector();
    read({
      pipe: (source) =>
        source.pipe(
          toKinesis('copies', { client: fake, scheduler: clock, lingerMs: 10 }),
          checkpoint(),
          tapMetrics(collector),
        ),
    });
    put(shard(0), 'a', 'b');
    clock.pass(2_000);
    expect(series()).to.include({ [received]: 2, [processing]: 2, 'producer_records_sent_total{}': 2 });
  });

  it('should report a source that retry() and repeat() subscribe again, from before its first record', () => {
    const { clock, fake, put, store } = workbench();
    const { collector, series } = recordingCollector();
    let attempts = 0;
    defer(() => {
      attempts += 1;
      const stop = timer(5_000, clock);
      return fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store, until: stop }).pipe(
        tap((record) => {
          if (textOf(record) === 'poison' && attempts === 1) throw new Error('once');
        }),
      );
    })
      .pipe(retry({ delay: () => timer(500, clock) }), repeat({ count: 2 }), checkpoint(), tapMetrics(collector))
      .subscribe();
    put(shard(0), 'poison');
    clock.pass(1_000);
    fake.fail({ operation: 'GetRecords', error: 'InternalFailure', times: 1 });
    clock.pass(2_000);
    expect(attempts).to.equal(2);
    expect(series(/errors/)).to.deep.equal({
      [`consumer_errors_total{shard_id=${shard(0)},error_type=InternalFailure}`]: 1,
    });
    clock.pass(5_000);
    fake.fail({ operation: 'GetRecords', error: 'InternalFailure', times: 1 });
    clock.pass(2_000);
    expect(attempts).to.equal(3);
    expect(series(/errors/)).to.deep.equal({
      [`consumer_errors_total{shard_id=${shard(0)},error_type=InternalFailure}`]: 2,
    });
  });

  it('should report a source behind share() for a second subscriber, too, and time each record once a collector', () => {
    const { clock, fake, put, store } = workbench();
    const [first, second] = [recordingCollector(), recordingCollector()];
    const shared = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store }).pipe(
      checkpoint(),
      share(),
    );
    const one = shared.pipe(tapMetrics(first.collector)).subscribe();
    put(shard(0), 'a');
    clock.pass(2_000);
    shared.pipe(tapMetrics(second.collector)).subscribe();
    shared.pipe(tapMetrics(second.collector)).subscribe();
    put(shard(0), 'b');
    clock.pass(2_000);
    expect(first.series(/received|processing/)).to.deep.include({ [received]: 2, [processing]: 2 });
    expect(second.series(/records_received|processing/)).to.deep.equal({ [received]: 1, [processing]: 1 });
    one.unsubscribe();
    put(shard(0), 'c');
    clock.pass(2_000);
    expect(second.series(/records_received|processing/)).to.deep.equal({ [received]: 2, [processing]: 2 });
  });

  it('should leave no gauge of a source behind share() when it is unsubscribed', () => {
    const { clock, fake, put, store } = workbench({ streams: { orders: { shards: 2 } } });
    const { collector, series } = recordingCollector();
    const shared = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store }).pipe(
      checkpoint(),
      tapMetrics(recordingCollector().collector),
      share(),
    );
    shared.subscribe();
    clock.pass(2_000);
    const late = shared.pipe(tapMetrics(collector)).subscribe();
    for (const id of [shard(0), shard(1)]) put(id, 'a');
    clock.pass(2_000);
    expect(Object.keys(series(/age|lag|oldest/))).not.to.be.empty;
    late.unsubscribe();
    expect(Object.keys(series(/age|lag|oldest/))).to.be.empty;
  });

  it('should let another tap take the times once the one that did is gone', () => {
    const { collector, series } = recordingCollector();
    const gate = new Subject<KinesisRecord<string>>();
    const [one] = [1, 2].map(() => gate.pipe(tapMetrics(collector)).subscribe());
    const make = recordFactory();
    gate.next(make('a'));
    one!.unsubscribe();
    gate.next(make('b'));
    gate.next(make('c'));
    expect(series(/processing/)).to.deep.equal({ [processing]: 3 });
  });

  it('should count once for a collector that is tapped twice, in the options, and set for all', () => {
    const { clock, put, read } = workbench();
    const { collector, series } = recordingCollector();
    read({
      metrics: collector,
      pipe: (source) => source.pipe(tapMetrics(collector), checkpoint(), tapMetrics(collector, { labels: { a: 'b' } })),
    });
    put(shard(0), 'a', 'b');
    clock.pass(2_000);
    expect(series(/records_received|processing/)).to.deep.equal({ [received]: 2, [processing]: 2 });
  });

  it('should keep two streams that are merged apart', () => {
    const { clock, fake, store } = workbench({ streams: { orders: {}, payments: {} } });
    const totals: Record<string, number> = {};
    const collector = {
      ...noopCollector,
      increment: (metric: string, labels: Readonly<Record<string, string>>, value: number) => {
        if (metric !== 'consumer_records_received_total') return;
        totals[labels.stream_name!] = (totals[labels.stream_name!] ?? 0) + value;
      },
    };
    const sources = ['orders', 'payments'].map((stream) =>
      fromKinesis(stream, { client: fake, scheduler: clock, checkpoints: store }),
    );
    merge(...sources)
      .pipe(checkpoint(), tapMetrics(collector))
      .subscribe();
    fake.put('orders', { partitionKey: 'a', data: 'a' });
    fake.put(
      'payments',
      [1, 2].map((n) => ({ partitionKey: 'a', data: String(n) })),
    );
    clock.pass(2_000);
    expect(totals).to.deep.equal({ orders: 1, payments: 2 });
  });

  it('should take the time from the delivery of a record to where it stands', () => {
    const { clock, put, read } = workbench();
    const { collector, histograms } = recordingCollector();
    const waits: Record<string, number> = { a: 300, b: 100 };
    read({
      pipe: (source) =>
        source.pipe(
          delayWhen((record) => timer(waits[textOf(record)] ?? 0, clock)),
          checkpoint(),
          tapMetrics(collector),
        ),
    });
    put(shard(0), 'a', 'b');
    clock.pass(2_000);
    expect(histograms.get(processing)).to.deep.equal([0.1, 0.3]);
  });

  it('should give the collector the same labels for the same series, each time the same object', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    const { collector, labelObjects } = recordingCollector();
    read({ pipe: (source) => source.pipe(checkpoint({ intervalMs: 100 }), tapMetrics(collector)) });
    for (let round = 0; round < 3; round += 1) {
      put(shard(0), 'a');
      put(shard(1), 'b');
      clock.pass(2_000);
    }
    expect(Math.max(...labelObjects())).to.equal(1);
  });

  it('should add labels, leave metrics out and sample histograms evenly', () => {
    const { clock, put, read } = workbench();
    const { collector, series } = recordingCollector();
    const options = {
      labels: { team: 'billing' },
      include: ['consumer_records_received_total', 'consumer_processing_time_seconds', 'lease_owned'],
      exclude: ['lease_owned'],
      sampling: { consumer_processing_time_seconds: 0.25 },
    } as const;
    read({ pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector, options)) });
    put(shard(0), ...Array.from({ length: 10 }, (_, index) => String(index)));
    clock.pass(2_000);
    expect(series()).to.deep.equal({
      [`consumer_records_received_total{team=billing,shard_id=${shard(0)}}`]: 10,
      [`consumer_processing_time_seconds{team=billing,shard_id=${shard(0)}}`]: 2,
    });
  });

  it('should go by its labels as they were given, and report nothing where no metric is included', () => {
    const { clock, put, read } = workbench();
    const { collector, series } = recordingCollector();
    const nothing = recordingCollector();
    const labels = { team: 'billing' };
    const tapped = tapMetrics<KinesisRecord>(collector, { labels, include: ['consumer_records_received_total'] });
    labels.team = 'search';
    read({ pipe: (source) => source.pipe(checkpoint(), tapped, tapMetrics(nothing.collector, { include: [] })) });
    put(shard(0), 'a');
    clock.pass(2_000);
    expect(series()).to.deep.equal({ [`consumer_records_received_total{team=billing,shard_id=${shard(0)}}`]: 1 });
    expect(nothing.series()).to.be.empty;
  });

  it('should share gauges between two workers whose taps have the same options, and see a reshard once', () => {
    const { clock, fake, read } = workbench({ streams: { orders: { shards: 2 } } });
    const { collector, series } = recordingCollector();
    const readers = [1, 2].map(() =>
      read({ pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector, { labels: { a: 'b' }, sampling: 1 })) }),
    );
    clock.pass(60_000);
    expect(series(/lease_owned/)).to.deep.equal({ 'lease_owned{a=b}': 2 });
    fake.split('orders', shard(0));
    clock.pass(60_000);
    expect(series(/resharding/)).to.deep.equal({ 'stream_resharding_events_total{a=b}': 1 });
    readers[0]!.subscription.unsubscribe();
    clock.pass(100);
    expect(Object.keys(series(/iterator_age/))).to.have.lengthOf(
      readers[1]!.source.status()[0]!.shards.filter(({ isOwned }) => isOwned).length,
    );
  });

  it('should sample each series by itself', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    const { collector, series } = recordingCollector();
    read({ pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector, { sampling: 0.5 })) });
    for (let round = 0; round < 10; round += 1) {
      put(shard(0), 'a');
      put(shard(1), 'b');
      clock.pass(1_500);
    }
    expect(Object.values(series(/processing/))).to.deep.equal([5, 5]);
  });

  it('should count what was delivered when the pipe had enough, and leave no gauge of a worker that has stopped', () => {
    const { clock, put, read } = workbench();
    const { collector, series } = recordingCollector();
    put(shard(0), 'a', 'b', 'c');
    read({ pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector), take(2)) });
    clock.pass(2_000);
    expect(series(/received|iterator|active/)).to.deep.equal({
      [received]: 2,
      [`consumer_bytes_received_total{shard_id=${shard(0)}}`]: 2,
    });
    expect(series(/processing/)).to.deep.equal({ [processing]: 2 });
  });

  it('should keep the age of a shard as it was through errors, and take it away with the lease (pitfall 47)', () => {
    const { clock, fake, put, read, store } = workbench({ streams: { orders: { shards: 1 } } });
    const { collector, series } = recordingCollector();
    let hangs = false;
    put(shard(0), 'a');
    clock.pass(1_000);
    put(shard(0), 'b');
    fake.fail({ operation: 'GetRecords', error: 'InternalFailure', after: 1 });
    read({
      maxRecordsPerCall: 1,
      checkpoints: hangingStore(store, () => hangs),
      pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector)),
    });
    clock.pass(1_000);
    const age = series(/iterator_age/);
    expect(Object.values(age)[0]).to.be.above(500);
    clock.pass(60_000);
    expect(series(/iterator_age/)).to.deep.equal(age);
    expect(Object.values(series(/errors/))[0]).to.be.above(5);
    hangs = true;
    clock.pass(60_000);
    expect(Object.keys(series(/shard_id=shardId/))).to.be.empty;
  });

  it('should make no series anew of a shard whose lease has gone', () => {
    const { clock, put, read, store } = workbench();
    const { collector, series } = recordingCollector();
    let hangs = false;
    read({
      checkpoints: hangingStore(store, () => hangs),
      pipe: (source) => source.pipe(checkpoint({ intervalMs: 3_000 }), tapMetrics(collector)),
    });
    put(shard(0), 'a');
    clock.pass(1_500);
    hangs = true;
    clock.pass(60_000);
    expect(Object.keys(series(/shard_id=shardId/))).to.be.empty;
    hangs = false;
    put(shard(0), 'b');
    clock.pass(30_000);
    expect(series(/records_received/)).to.deep.equal({ [received]: 2 });
  });

  it('should give the tap of a pipe that waits for a retry no source that was made before, and its rhythm to none', () => {
    const { clock, fake, put, read, store } = workbench({ streams: { orders: { shards: 1 } } });
    const { collector, series } = recordingCollector();
    const stranger = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: memoryCheckpoints() });
    let failing = true;
    read({
      pipe: (source) =>
        source.pipe(
          tap(() => {
            if (failing) throw new Error('once');
          }),
          retry({ delay: () => timer(60_000, clock) }),
          checkpoint({ ordered: true, intervalMs: 10 }),
          tapMetrics(collector),
        ),
    });
    put(shard(0), 'a');
    clock.pass(2_000);
    const before = series(/received/);
    failing = false;
    stranger.pipe(checkpoint()).subscribe();
    const fresh = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: memoryCheckpoints() });
    const paced: unknown[] = [];
    fresh.pipe(tap((record) => paced.push(record))).subscribe();
    clock.pass(10_000);
    expect(before).to.deep.equal({ [received]: 1, [`consumer_bytes_received_total{shard_id=${shard(0)}}`]: 1 });
    expect(paced).to.have.lengthOf(1);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
  });

  it('should forget all of an ended shard, what an earlier reader counted there too', () => {
    const { clock, fake, put, read } = workbench();
    const { collector, series } = recordingCollector();
    const until = new Subject<void>();
    fake.fail({ operation: 'GetRecords', error: 'InternalFailure', times: 1 });
    read({ until, pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector)) });
    put(shard(0), 'a');
    clock.pass(2_000);
    until.next();
    clock.pass(1_000);
    const errors = `consumer_errors_total{shard_id=${shard(0)},error_type=InternalFailure}`;
    expect(series(/received|errors/)).to.include({ [received]: 1, [errors]: 1 });
    fake.split('orders', shard(0));
    read({ pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector)) });
    clock.pass(30_000);
    expect(Object.keys(series(/shard_id=shardId-000000000000/))).to.be.empty;
  });

  it('should keep what the collector throws from what flows, and report it once (pitfall 46)', async () => {
    const { clock, put, read } = workbench();
    const fail = () => {
      throw new Error('broken collector');
    };
    const broken = { increment: fail, gauge: fail, histogram: fail, remove: fail };
    const until = new Subject<void>();
    const reader = read({ until, pipe: (source) => source.pipe(checkpoint(), tapMetrics(broken)) });
    const warnings = await warningsDuring(() => {
      put(shard(0), 'a', 'b');
      clock.pass(2_000);
      until.next();
      clock.pass(100);
    });
    expect(reader.delivered).to.deep.equal(['a', 'b']);
    expect(reader.isComplete).to.be.true;
    expect(warnings.map(({ name }) => name)).to.deep.equal(['KinesisMetricsWarning']);
    expect(warnings[0]!.message).to.include('broken collector');
  });

  it('should not be there for noopCollector (pitfall 48)', () => {
    const source = NEVER;
    expect(source.pipe(tapMetrics(noopCollector))).to.equal(source);
  });

  it('should take the time of records that no source of ours delivered, and of nothing else', () => {
    const { collector, series } = recordingCollector();
    const make = recordFactory();
    from<unknown[]>([make('a'), 'text', undefined, { value: make('b') }, { value: 1 }, make('c', { shardId: 'other' })])
      .pipe(tapMetrics(collector))
      .subscribe();
    expect(series()).to.deep.equal({ [processing]: 2, 'consumer_processing_time_seconds{shard_id=other}': 1 });
  });

  it('should stop a synchronous source when downstream has enough', () => {
    let made = 0;
    range(1, 1_000)
      .pipe(
        map(() => made++),
        tapMetrics(recordingCollector().collector),
        take(3),
      )
      .subscribe();
    expect(made).to.equal(3);
  });

  it('should count an input that there is no room for as a failure', () => {
    for (const onBufferFull of ['error', 'drop'] as const) {
      const { clock, fake } = workbench();
      const { collector, series } = recordingCollector();
      const options = { client: fake, scheduler: clock, partitionKey: () => 'k', maxBufferedRecords: 2, onBufferFull };
      from([1, 2, 3].map((length) => new Uint8Array(length)))
        .pipe(toKinesis('orders', options), tapMetrics(collector))
        .subscribe({ error: noop });
      expect(series(/errors/)).to.deep.equal({ 'producer_errors_total{error_type=BufferFullError}': 1 });
    }
  });

  it('should pass a value on whose getter throws', () => {
    const value = {
      get value(): never {
        throw new Error('getter');
      },
    };
    const passed: unknown[] = [];
    from([value])
      .pipe(tapMetrics(recordingCollector().collector))
      .subscribe((each) => passed.push(each));
    expect(passed).to.have.lengthOf(1);
  });

  it('should count the times of all that passed when it is unsubscribed in the middle of an answer', () => {
    const { clock, fake, put, store } = workbench();
    const { collector, series } = recordingCollector();
    const shared = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store }).pipe(
      tapMetrics(recordingCollector().collector),
      checkpoint(),
      share(),
    );
    shared.subscribe();
    shared.pipe(tapMetrics(collector), take(15)).subscribe();
    for (let answer = 0; answer < 2; answer += 1) {
      put(shard(0), ...Array.from({ length: 10 }, () => 'a'));
      clock.pass(2_000);
    }
    expect(series(/processing/)).to.deep.equal({ [processing]: 15 });
  });

  it('should hear a sink that is made within another operator from its first event on, until it is unsubscribed', () => {
    const { clock, fake } = workbench();
    const { collector, series } = recordingCollector();
    const events: string[] = [];
    const inputs = new Subject<Uint8Array>();
    const write = (group: Observable<Uint8Array>) =>
      group.pipe(toKinesis('orders', { client: fake, scheduler: clock, partitionKey: () => 'k', lingerMs: 10 }));
    const tapped = inputs
      .pipe(
        groupBy(({ length }) => length),
        mergeMap(write),
        tapMetrics(collector),
        tapDiagnostics(({ type }) => events.push(type)),
      )
      .subscribe();
    const sent = [];
    for (let time = 0; time < 3; time += 1) {
      for (const length of [1, 2]) inputs.next(new Uint8Array(length));
      clock.pass(1_000);
      sent.push(series(/sent/)['producer_records_sent_total{}'] ?? 0);
    }
    expect(sent).to.deep.equal([2, 4, 6]);
    expect(events.filter((type) => type === 'put')).to.have.lengthOf(6);
    tapped.unsubscribe();
    expect(series(/queue/)).to.deep.equal({ 'producer_queue_size{}': 0 });
  });

  it('should report pages that are written one after the other, and what a handler of processRecords() writes', () => {
    const { clock, fake, put, store } = workbench({ streams: { orders: { shards: 1 }, copies: { shards: 1 } } });
    const options = { client: fake, scheduler: clock, partitionKey: () => 'k' };
    const pages = recordingCollector();
    timer(10, 10, clock)
      .pipe(
        take(5),
        concatMap((page) =>
          range(page, 3).pipe(
            map(() => new Uint8Array(1)),
            toKinesis('copies', options),
          ),
        ),
        tapMetrics(pages.collector),
      )
      .subscribe();
    clock.pass(5_000);
    expect(pages.series(/sent|batch/)).to.deep.include({ 'producer_records_sent_total{}': 15 });

    const handlers = recordingCollector();
    fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store })
      .pipe(
        processRecords(({ data }) => of(data).pipe(toKinesis('copies', options)), { scheduler: clock }),
        checkpoint(),
        tapMetrics(handlers.collector),
      )
      .subscribe();
    put(shard(0), 'a', 'b');
    clock.pass(5_000);
    expect(handlers.series(/sent|records_received/)).to.deep.equal({
      [received]: 2,
      'producer_bytes_sent_total{}': 2,
      'producer_records_sent_total{}': 2,
    });
  });

  it('should let two pipes that are built alike, and wait for a retry, each have its own source', () => {
    const { clock, fake, put } = workbench({ streams: { orders: { shards: 1 } } });
    const collectors = [1, 2].map(() => recordingCollector());
    let failures = 2;
    collectors.forEach(({ collector }, index) => {
      defer(() => {
        if (failures > 0) {
          failures -= 1;
          return throwError(() => new Error('once'));
        }
        return fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: memoryCheckpoints() });
      })
        .pipe(retry({ delay: () => timer(1_000 - index * 100, clock) }), checkpoint(), tapMetrics(collector))
        .subscribe();
    });
    clock.pass(2_000);
    put(shard(0), 'a');
    clock.pass(2_000);
    for (const { series } of collectors) {
      expect(series(/records_received|event=taken/)).to.deep.equal({
        [received]: 1,
        'lease_events_total{event=taken}': 1,
      });
    }
  });

  it('should refuse what is no collector, and wrong options', () => {
    const { collector } = recordingCollector();
    const wrong = (options: unknown) => () => tapMetrics(collector, options as never);
    expect(() => tapMetrics({} as never)).to.throw(TypeError, 'collector must be a metrics collector');
    expect(() => tapMetrics(undefined as never)).to.throw(TypeError, 'got undefined');
    expect(wrong({ lables: {} })).to.throw(TypeError, 'no option "lables"');
    expect(wrong({ labels: { team: 1 } })).to.throw(TypeError, 'labels.team must be a string; got 1');
    expect(wrong({ labels: { shard_id: 'a' } })).to.throw(RangeError, '"shard_id"');
    expect(wrong({ labels: { 'a-b': 'c' } })).to.throw(RangeError, '"a-b"');
    expect(wrong({ labels: 'a' })).to.throw(TypeError, 'labels must be an object');
    expect(wrong({ include: ['nothing_total'] })).to.throw(RangeError, 'include names "nothing_total"');
    expect(wrong({ exclude: 'lease_owned' })).to.throw(TypeError, 'exclude must be an array');
    expect(wrong({ sampling: 0 })).to.throw(RangeError, 'sampling must be a number from');
    expect(wrong({ sampling: { lease_owned: 0.5 } })).to.throw(RangeError, 'lease_owned is a gauge');
    expect(wrong({ sampling: { producer_batch_size: 2 } })).to.throw(RangeError, 'sampling of producer_batch_size');
    expect(wrong({ labels: [] })).to.throw(TypeError, 'labels must be an object');
    expect(wrong({ sampling: { nothing: 1 } })).to.throw(RangeError, 'sampling names "nothing"');
    expect(wrong({ sampling: 'half' })).to.throw(TypeError, 'sampling must be a number, or an object');
    expect(() => fromKinesis('orders', { metrics: {} as never })).to.throw(TypeError, 'metrics must be');
    expect(() => toKinesis('orders', { metrics: {} as never })).to.throw(TypeError, 'metrics must be');
    for (const nothing of [null, false, 0, '']) {
      expect(wrong(nothing)).to.throw(TypeError, 'the options of tapMetrics must be an object');
      const metrics = nothing as never;
      for (const make of [
        () => fromKinesis('orders', { metrics }),
        () => toKinesis('orders', { metrics }),
        () => new KinesisProducer('orders', { metrics }),
        () => memoryCheckpoints({ metrics }),
        () => redisCheckpoints({ redis: { eval: noop, evalsha: noop } as never, application: 'billing', metrics }),
        () => dynamoDbCheckpoints({ application: 'billing', metrics }),
      ]) {
        expect(make).to.throw(TypeError, 'metrics must be a metrics collector');
      }
    }
  });
});
