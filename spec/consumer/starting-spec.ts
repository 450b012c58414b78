import { expect } from 'chai';
import { EMPTY, type Observable } from 'rxjs';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { StartAt } from '../../src/consumer/StartAt.ts';
import { checkpointOf, hangingStore, leaseOf, shard, workbench } from './workbench.ts';

describe('fromKinesis, starting', () => {
  it('should begin at the oldest record with a store, and at the newest without', () => {
    const { clock, put, read } = workbench();
    put(shard(0), 'before');
    const withStore = read();
    const without = read({ checkpoints: undefined, pipe: (source) => source });
    clock.pass(1_500);
    put(shard(0), 'after');
    clock.pass(1_500);

    expect(withStore.delivered).to.deep.equal(['before', 'after']);
    expect(without.delivered).to.deep.equal(['after']);
  });

  it('should begin at a time', () => {
    const { clock, put, read } = workbench();
    put(shard(0), 'before');
    clock.pass(10_000);
    const startAt = new Date(clock.now());
    put(shard(0), 'then');
    clock.pass(10_000);
    const reader = read({ startAt });
    clock.pass(1_500);

    expect(reader.delivered).to.deep.equal(['then']);
  });

  it('should begin behind a position, with the ancestors of its shard done, and elsewhere at the oldest record', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    put(shard(0), 'parent');
    put(shard(1), 'other');
    fake.split('orders', shard(0));
    const [first] = put(shard(2), 'first', 'second');
    put(shard(3), 'sibling');
    const reader = read({ startAt: { [shard(2)]: { sequenceNumber: first!.sequenceNumber, subSequenceNumber: 0 } } });
    clock.pass(10_000);

    expect(reader.delivered).to.have.members(['other', 'second', 'sibling']);
  });

  it('should skip closed shards when a new application begins at LATEST', () => {
    const { clock, fake, put, read, store } = workbench();
    put(shard(0), 'old');
    fake.split('orders', shard(0));
    const reader = read({ startAt: 'LATEST' });
    clock.pass(1_500);
    put(shard(1), 'new');
    clock.pass(1_500);

    expect(reader.delivered).to.deep.equal(['new']);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
  });

  it('should begin at the oldest record of what a reshard made while an application with history was away', () => {
    const { clock, fake, put, read } = workbench();
    const first = read({ startAt: 'LATEST' });
    clock.pass(1_500);
    first.subscription.unsubscribe();
    clock.pass(1_500);
    put(shard(0), 'parent');
    fake.split('orders', shard(0));
    put(shard(1), 'child');
    const second = read({ startAt: 'LATEST' });
    clock.pass(10_000);

    expect(second.delivered).to.deep.equal(['parent', 'child']);
  });

  it('should lose nothing from LATEST when two generations of reshards are gone from the listing after a long stop', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 2, retentionHours: 24 } } });
    const first = read({ startAt: 'LATEST' });
    clock.pass(1_500);
    first.subscription.unsubscribe();
    clock.pass(1_500);
    const children = fake.split('orders', shard(0));
    clock.pass(3_600_000);
    const grandchildren = children.flatMap((id) => fake.split('orders', id));
    clock.pass(25 * 3_600_000);
    for (const id of grandchildren) put(id, id);
    const second = read({ startAt: 'LATEST' });
    clock.pass(20_000);

    expect(second.delivered).to.have.members(grandchildren);
  });

  it('should not read a finished parent again whose lease was removed, beside its children', () => {
    const { clock, fake, put, read, store } = workbench();
    read();
    put(shard(0), 'parent');
    clock.pass(2_000);
    fake.split('orders', shard(0));
    put(shard(1), 'one');
    put(shard(2), 'two');
    clock.pass(10_000);
    // As a KCL does once the children are under way.
    (store.remove(leaseOf(store, shard(0))!) as Observable<boolean>).subscribe();
    const second = read();
    clock.pass(60_000);

    expect(second.delivered).to.deep.equal([]);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
  });

  for (const way of ['is stopped', 'is killed'] as const) {
    it(`should lose nothing from LATEST when the first worker ${way} before its first record`, () => {
      const { clock, put, read, store } = workbench();
      let isKilled = false;
      const killable = hangingStore(store, () => isKilled);
      const first = read({ startAt: 'LATEST', checkpoints: killable });
      let isReady = false;
      first.source.ready.subscribe(() => (isReady = true));
      clock.passUntil(() => isReady);
      isKilled = way === 'is killed';
      first.subscription.unsubscribe();
      clock.pass(20_000);
      put(shard(0), 'between');
      const second = read({ startAt: 'LATEST' });
      clock.pass(20_000);

      expect(first.delivered).to.deep.equal([]);
      expect(second.delivered).to.deep.equal(['between']);
    });
  }

  it('should lose nothing when iterators expire at LATEST before the first record', () => {
    const { clock, fake, put, read } = workbench();
    const reader = read({ startAt: 'LATEST' });
    clock.pass(600_000);
    put(shard(0), 'a');
    fake.expireIterators();
    clock.pass(5_000);

    expect(reader.delivered).to.deep.equal(['a']);
  });

  it('should be ready once every shard has its iterator, and read all that is written then', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 4 } }, latencyMs: 30 });
    fake.fail({ operation: 'GetShardIterator', shard: shard(2), times: 3 });
    const reader = read({ startAt: 'LATEST' });
    const ready: (readonly string[])[] = [];
    reader.source.ready.subscribe((shardIds) => ready.push(shardIds));
    clock.pass(200);
    expect(ready).to.deep.equal([]);
    clock.passUntil(() => ready.length > 0, 5_000);
    expect(ready).to.deep.equal([[0, 1, 2, 3].map(shard)]);
    for (const id of ready[0]!) put(id, id);
    clock.pass(3_000);

    expect(reader.delivered).to.have.members([0, 1, 2, 3].map(shard));
  });

  it('should tell of every shard what there is to know', () => {
    const { clock, fake, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    const [place] = put(shard(0), 'a');
    fake.throttle({ shard: shard(1), what: 'reads' });
    const reader = read({ workerId: 'me' });
    clock.pass(6_050);
    const [status] = reader.source.status();

    expect(status).to.deep.include({ workerId: 'me', inFlightRecords: 0 });
    const at = { sequenceNumber: place!.sequenceNumber, subSequenceNumber: 0 };
    expect(status!.shards).to.have.lengthOf(2);
    expect(status!.shards[0]).to.deep.equal({
      shardId: shard(0),
      parentShardIds: [],
      isOpen: true,
      isOwned: true,
      owner: 'me',
      millisBehindLatest: 0,
      inFlightRecords: 0,
      lastSettled: at,
      lastCheckpointed: at,
      pausedFor: 'pace',
    });
    expect(status!.shards[1]).to.include({ pausedFor: 'backoff', lastCheckpointed: 'TRIM_HORIZON' });
    reader.subscription.unsubscribe();
    expect(reader.source.status()).to.deep.equal([]);
  });

  describe('with wrong options', () => {
    const wrong: readonly [string, object, string][] = [
      ['maxInFlightRecords', { maxInFlightRecords: 0 }, 'from 1 to 10000000; got 0'],
      ['maxInFlightBytes', { maxInFlightBytes: 1.5 }, 'an integer from 1 to 1099511627776; got 1.5'],
      ['maxRecordsPerCall', { maxRecordsPerCall: 10_001 }, 'from 1 to 10000; got 10001'],
      ['maxCallsPerSecond', { maxCallsPerSecond: 0 }, 'from 0.01 to Infinity; got 0'],
      ['leaseDurationMs', { leaseDurationMs: 99 }, 'from 100 to 3600000; got 99'],
      ['leaseScanIntervalMs', { leaseScanIntervalMs: '1' }, 'from 10 to 3600000; got "1"'],
      ['drainTimeoutMs', { drainTimeoutMs: -1 }, 'from 0 to 86400000; got -1'],
      ['stallTimeoutMs', { stallTimeoutMs: NaN }, 'from 100 to 86400000; got NaN'],
      ['stallTimeoutMs', { stallTimeoutMs: 2 ** 40 }, 'from 100 to 86400000; got 1099511627776'],
      ['pollIntervalMs', { pollIntervalMs: -1 }, 'from 0 to 3600000; got -1'],
      ['shardSyncIntervalMs', { shardSyncIntervalMs: 5 }, 'from 1000 to 86400000; got 5'],
      ['backoff.initialMs', { backoff: { initialMs: 0 } }, 'from 1 to 60000; got 0'],
      ['backoff.maxMs', { backoff: { initialMs: 10, maxMs: 9 } }, 'from 10 to 300000; got 9'],
      ['startAt', { startAt: 'EARLIEST' }, 'got "EARLIEST"'],
      ['startAt', { startAt: new Date(NaN) }, 'a valid Date'],
      ['startAt', { startAt: [] }, 'got an array'],
      [
        'startAt',
        { startAt: { [shard(0)]: { sequenceNumber: '1', subSequenceNumber: -1 } } },
        'by shard id; got an object',
      ],
      ['startAt', { startAt: { [shard(0)]: { sequenceNumber: 'x', subSequenceNumber: 0 } } }, 'by shard id'],
      ['checkpoints', { checkpoints: {} }, 'such as memoryCheckpoints(); got an object'],
      ['until', { until: 5 }, 'an Observable or an AbortSignal; got 5'],
      ['workerId', { workerId: '' }, 'at least one character; got ""'],
      ['poison', { poison: 'ignore' }, `'fail', 'skip' or a function; got "ignore"`],
      ['unpackAggregates', { unpackAggregates: 'yes' }, 'a boolean; got "yes"'],
      ['codec', { codec: 'json' }, 'such as json(); got "json"'],
      ['onDiagnostic', { onDiagnostic: 1 }, 'a function; got 1'],
      ['scheduler', { scheduler: {} }, 'a SchedulerLike of RxJS; got an object'],
    ];
    for (const [name, options, message] of wrong) {
      it(`should name ${name}, its range and ${message.split('got ').at(-1)}`, () => {
        expect(() => fromKinesis('orders', options as { startAt?: StartAt }))
          .to.throw(Error, message)
          .with.property('message')
          .that.matches(new RegExp(`^${name}`));
      });
    }

    it('should say what a stream may be', () => {
      expect(() => fromKinesis('')).to.throw(/stream/);
      expect(() => fromKinesis('arn:aws:s3:::bucket')).to.throw(/stream/);
    });
  });

  it('should make a worker of its own of each subscription', () => {
    const { clock, fake, store, put } = workbench();
    put(shard(0), 'a');
    const source = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints: store });
    const [one, other] = [source.subscribe(), source.subscribe()];
    clock.pass(1_000);
    const [first, second] = source.status();
    expect(first!.workerId).not.to.equal(second!.workerId);
    expect([first!.inFlightRecords, second!.inFlightRecords].sort()).to.deep.equal([0, 1]);
    one.unsubscribe();
    expect(source.status()).to.have.lengthOf(1);
    other.unsubscribe();
    clock.pass(5_000);
    expect(clock.pending).to.equal(0);
  });

  it('should read on when until completes without a value', () => {
    const { clock, read, put } = workbench();
    const reader = read({ until: EMPTY });
    put(shard(0), 'a');
    clock.pass(5_000);
    expect(reader.isComplete).to.equal(false);
    expect(reader.delivered).to.deep.equal(['a']);
  });
});
