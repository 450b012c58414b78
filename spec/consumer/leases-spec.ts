import { expect } from 'chai';
import { from, map, mergeMap, NEVER, Subject, tap, throwError, timer } from 'rxjs';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { ManualCheckpoints } from '../../src/checkpoint/ManualCheckpoints.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { CheckpointFlushError } from '../../src/errors/CheckpointFlushError.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { tapDiagnostics } from '../../src/diagnostics/tapDiagnostics.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import { faultyCheckpoints } from '../../src/testing/faultyCheckpoints.ts';
import { checkpointOf, hangingStore, leaseOf, type Reader, shard, textOf, workbench } from './workbench.ts';

const owned = ({ source }: Reader) =>
  source
    .status()
    .flatMap(({ shards }) => shards.filter(({ isOwned }) => isOwned))
    .map(({ shardId }) => shardId);
const ids = (count: number) => Array.from({ length: count }, (_, index) => shard(index));

describe('fromKinesis, sharing a stream', () => {
  it('should share the shards of a stream in balance between the workers of a process', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 7 } }, latencyMs: 10 });
    const readers = [read()];
    clock.pass(2_000);
    expect(owned(readers[0]!)).to.have.members(ids(7));
    readers.push(read(), read());
    clock.pass(60_000);
    const counts = readers.map((reader) => owned(reader).length);
    expect(counts.toSorted()).to.deep.equal([2, 2, 3]);
    expect(readers.flatMap(owned)).to.have.members(ids(7));

    for (const id of ids(7)) put(id, id);
    clock.pass(2_000);
    expect(readers.flatMap(({ delivered }) => delivered)).to.have.members(ids(7));
  });

  it('should not move shards to and fro once they are in balance', () => {
    const { clock, read } = workbench({ streams: { orders: { shards: 5 } } });
    const readers = [read(), read()];
    clock.pass(30_000);
    const before = readers.map(owned);
    clock.pass(300_000);

    expect(readers.map(owned)).to.deep.equal(before);
  });

  it('should hand a shard over once its records are settled, and deliver nothing twice', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    const first = read({
      pipe: (source) =>
        source.pipe(
          processRecords(() => timer(6_000, clock), { scheduler: clock }),
          checkpoint(),
        ),
    });
    for (const id of ids(2)) put(id, id);
    clock.pass(1_000);
    const second = read();
    clock.pass(4_500);
    expect(owned(second)).to.deep.equal([]);
    clock.pass(20_000);

    expect(owned(second)).to.have.lengthOf(1);
    expect([...first.delivered, ...second.delivered]).to.have.members(ids(2));
  });

  it('should hand a shard over at its deadline, with what is unsettled', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
    read({
      handOverTimeoutMs: 3_000,
      pipe: (source) =>
        source.pipe(
          processRecords(() => timer(60_000, clock), { order: 'none' }),
          checkpoint(),
        ),
    });
    for (const id of ids(2)) put(id, id);
    clock.pass(1_000);
    const second = read();
    clock.pass(10_000);

    expect(owned(second)).to.have.lengthOf(1);
    expect(second.delivered).to.deep.equal(owned(second));
  });

  it('should take over from a worker that is gone after the lease has run out, and not before', () => {
    const { clock, put, read, store } = workbench();
    let isGone = false;
    const first = read({ checkpoints: hangingStore(store, () => isGone), leaseDurationMs: 10_000 });
    clock.pass(5_000);
    isGone = true;
    first.subscription.unsubscribe();
    put(shard(0), 'a');
    const second = read({ leaseDurationMs: 10_000 });
    clock.pass(9_900);
    expect(second.delivered).to.deep.equal([]);
    clock.pass(3_000);
    expect(second.delivered).to.deep.equal(['a']);
  });

  it('should stop delivering when it cannot renew, before another worker starts (pitfall 24)', () => {
    const { clock, put, read, store } = workbench();
    let hangs = false;
    const first = read({ checkpoints: hangingStore(store, () => hangs) });
    const second = read();
    clock.pass(5_000);
    hangs = true;
    for (let i = 0; i < 60; i += 1) {
      put(shard(0), String(i));
      clock.pass(1_000);
    }
    const lastOfFirst = first.deliveredAtMs.at(-1)!;
    const firstOfSecond = second.deliveredAtMs[0]!;

    expect(lastOfFirst).to.be.below(firstOfSecond);
    expect(new Set([...first.delivered, ...second.delivered]).size).to.equal(60);
    expect(first.diagnostics).to.deep.include({
      type: 'lease',
      streamName: 'orders',
      shardId: shard(0),
      event: 'expired',
      ownedLeases: 0,
    });
  });

  it('should deliver nothing after a record whose handler blocks the thread for longer than the lease', () => {
    const { clock, put, read } = workbench();
    put(shard(0), ...Array.from({ length: 40 }, (_, index) => String(index)));
    const block = tap((record: KinesisRecord) => {
      if (textOf(record) === '16') clock.frame += 10_000;
    });
    const reader = read({ pipe: (records) => records.pipe(block, checkpoint()) });
    clock.pass(1);
    expect(reader.delivered.at(-1)).to.equal('16');
  });

  it('should write no checkpoint with a lease that it lost', () => {
    const { clock, put, read, store } = workbench();
    let hangs = false;
    const settle = new Subject<void>();
    const first = read({
      checkpoints: hangingStore(store, () => hangs),
      pipe: (source) =>
        source.pipe(
          mergeMap((record) => settle.pipe(map(() => record))),
          checkpoint({ intervalMs: 100 }),
        ),
    });
    const [a] = put(shard(0), 'a', 'b');
    clock.pass(2_000);
    hangs = true;
    const second = read({ pipe: (source) => source });
    clock.pass(30_000);
    hangs = false;
    settle.next();
    clock.pass(5_000);

    expect(second.delivered).to.deep.equal(['a', 'b']);
    expect(first.delivered).to.deep.equal(['a', 'b']);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    expect(a).to.have.property('shardId');
  });

  it('should not remove the progress of a shard that it has not listed yet', () => {
    const { clock, fake, put, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const silent: CheckpointStore = { ...store, changes: () => NEVER };
    const rarely = { checkpoints: silent, leaseScanIntervalMs: 60_000, shardSyncIntervalMs: 3_600_000 };
    const lagging = read({ ...rarely, maxShards: 1 });
    clock.pass(1_000);
    const reader = read({ checkpoints: silent, maxShards: 10 });
    clock.pass(2_000);
    const [mine] = owned(reader) as [string];
    const [left] = fake.split('orders', mine);
    put(left, 'short-lived');
    fake.split('orders', left);
    clock.pass(20_000);
    expect(reader.delivered).to.deep.equal(['short-lived']);
    expect(checkpointOf(store, left)).to.equal('SHARD_END');
    clock.pass(120_000);

    expect(checkpointOf(store, left)).to.equal('SHARD_END');
    expect([...reader.delivered, ...lagging.delivered]).to.deep.equal(['short-lived']);
  });

  it('should share a stream through a store that takes longer than a lease to list', () => {
    const { clock, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const slow = faultyCheckpoints(store, [{ effect: 'delay', method: 'leases', ms: 50_000, scheduler: clock }]);
    const reader = read({ checkpoints: slow });
    clock.pass(101_000);
    expect(owned(reader)).to.have.members(ids(2));
  });

  it('should look at the leases a lease later where the answer to a look was lost', () => {
    const { clock, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const lossy = faultyCheckpoints(store, [{ effect: 'hang', method: 'leases', after: 1, times: 1 }]);
    const reader = read({ checkpoints: lossy });
    clock.pass(9_990);
    expect(owned(reader)).to.deep.equal([]);
    clock.pass(20);
    expect(owned(reader)).to.have.members(ids(2));
  });

  it('should look on while a take hangs, and take what comes free', () => {
    const { clock, read, store } = workbench({ streams: { orders: { shards: 4 } } });
    const until = new Subject<void>();
    read({ until, maxShards: 3 });
    clock.pass(5_000);
    const hanging = faultyCheckpoints(store, [{ effect: 'hang', method: 'take', times: 1 }]);
    const reader = read({ checkpoints: hanging });
    clock.pass(1_000);
    until.next();
    clock.pass(3_500);
    expect(owned(reader)).to.have.members(ids(3));
    clock.pass(10_000);
    expect(owned(reader)).to.have.members(ids(4));
  });

  it('should take a lease once, however late it hears that it has it', () => {
    const { clock, put, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const slow = faultyCheckpoints(store, [{ effect: 'delay', method: 'take', ms: 6_000, scheduler: clock }]);
    const counted = { takes: 0 };
    const take: CheckpointStore['take'] = (...args) => {
      counted.takes += 1;
      return slow.take(...args);
    };
    const reader = read({ checkpoints: { ...slow, take } });
    for (const id of ids(2)) put(id, id);
    clock.pass(20_000);
    expect(reader.delivered).to.have.members(ids(2));
    expect(counted.takes).to.equal(2);
  });

  it('should keep the progress of a shard that listings leave out for less than shardSyncIntervalMs', () => {
    const { clock, fake, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const first = read();
    clock.pass(2_000);
    first.subscription.unsubscribe();
    clock.pass(2_000);
    let isFaulty = true;
    const client: KinesisClientLike = {
      send: (command, options) =>
        from(fake.send(command, options)).pipe(
          map((answer) => {
            const { Shards } = answer as { Shards?: object[] };
            return isFaulty && Shards ? { Shards: Shards.slice(1) } : answer;
          }),
        ),
    };
    const reader = read({ client, shardSyncIntervalMs: 30_000 });
    clock.pass(29_900);
    expect(leaseOf(store, shard(0))).not.to.equal(undefined);
    isFaulty = false;
    clock.pass(60_000);
    expect(owned(reader)).to.have.members(ids(2));
  });

  it('should remove the progress of shards that are gone from the stream', () => {
    const { clock, fake, put, read, store } = workbench({ streams: { orders: { retentionHours: 1 } } });
    read();
    put(shard(0), 'a');
    clock.pass(2_000);
    fake.split('orders', shard(0));
    clock.pass(10_000);
    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    clock.pass(3_700_000);

    expect(fake.shards('orders').map(({ ShardId }) => ShardId)).not.to.include(shard(0));
    expect(leaseOf(store, shard(0))).to.equal(undefined);
  });

  it('should take no shard of another application or stream for its own', () => {
    const { clock, fake, put, read } = workbench();
    fake.createStream('other');
    put(shard(0), 'a');
    const [one, two] = [read({ checkpoints: memoryCheckpoints() }), read({ checkpoints: memoryCheckpoints() })];
    clock.pass(2_000);
    expect([one.delivered, two.delivered]).to.deep.equal([['a'], ['a']]);
  });
});

describe('fromKinesis, with checkpoints at will', () => {
  /** A store whose checkpoints of one shard fail. */
  const failing = (store: CheckpointStore, shardId: string, retryable = true) => {
    const state = { fails: true };
    const view: CheckpointStore = {
      ...store,
      checkpoint: (lease, ...rest) =>
        state.fails && lease.shardId === shardId
          ? throwError(() => new CheckpointStoreError('the disk is full', { retryable }))
          : store.checkpoint(lease, ...rest),
    };
    return { state, view };
  };

  it('should write at flush() and not before, and resolve when it is durable', async () => {
    const { clock, put, read, store } = workbench();
    const when = new ManualCheckpoints();
    read({ pipe: (source) => source.pipe(checkpoint({ when })) });
    const [, b] = put(shard(0), 'a', 'b');
    clock.pass(60_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    await when.flush();
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
  });

  it('should reject with each shard that failed, write the others, and write the failed at the next flush', async () => {
    const { clock, put, read, store } = workbench({ streams: { orders: { shards: 3 } } });
    const when = new ManualCheckpoints();
    const { state, view } = failing(store, shard(1));
    read({ checkpoints: view, pipe: (source) => source.pipe(checkpoint({ when })) });
    const places = ids(3).map((id) => put(id, id)[0]!.sequenceNumber);
    clock.pass(2_000);
    const error = await when.flush().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(CheckpointFlushError);
    expect((error as CheckpointFlushError).failures.map(({ shardId }) => shardId)).to.deep.equal([shard(1)]);
    expect((error as Error).message)
      .to.contain(shard(1))
      .and.to.contain('the disk is full');
    expect(ids(3).map((id) => checkpointOf(store, id))).to.deep.equal([places[0], 'TRIM_HORIZON', places[2]]);

    state.fails = false;
    await when.flush();
    expect(ids(3).map((id) => checkpointOf(store, id))).to.deep.equal(places);
  });

  it('should write when a notifier says so', () => {
    const { clock, put, read, store } = workbench();
    const when = new Subject<void>();
    read({ pipe: (source) => source.pipe(checkpoint({ when })) });
    const [a] = put(shard(0), 'a');
    clock.pass(60_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    when.next();
    clock.pass(10);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should write the end of a shard by itself', async () => {
    const { clock, fake, put, read, store } = workbench();
    const when = new ManualCheckpoints();
    const reader = read({ pipe: (source) => source.pipe(checkpoint({ when })) });
    put(shard(0), 'a');
    clock.pass(1_500);
    fake.split('orders', shard(0));
    put(shard(1), 'b');
    clock.pass(10_000);

    expect(checkpointOf(store, shard(0))).to.equal('SHARD_END');
    expect(reader.delivered).to.deep.equal(['a', 'b']);
    await when.flush();
    expect(checkpointOf(store, shard(1))).to.match(/^\d+$/);
  });

  it('should go on when a store fails now and then, and say so', () => {
    const { clock, put, read, store } = workbench();
    const { state, view } = failing(store, shard(0));
    const reader = read({ checkpoints: view });
    const [a] = put(shard(0), 'a');
    clock.pass(20_000);
    expect(reader.error).to.equal(undefined);
    expect(reader.diagnostics.filter(({ type }) => type === 'checkpointFailed').length).to.be.within(2, 5);
    state.fails = false;
    clock.pass(5_000);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should error when the store says that repeating cannot help', () => {
    const { clock, put, read, store } = workbench();
    const reader = read({ checkpoints: failing(store, shard(0), false).view });
    put(shard(0), 'a');
    clock.pass(10_000);

    expect(reader.error).to.be.instanceOf(CheckpointStoreError);
    expect(leaseOf(store, shard(0))!.owner).to.equal(undefined);
    expect(clock.pending).to.equal(0);
  });
});

describe('fromKinesis, telling what happens', () => {
  it('should tell it in order, to the option and to a tap alike', () => {
    const { clock, fake, put, read } = workbench();
    put(shard(0), 'a');
    fake.split('orders', shard(0));
    const tapped: string[] = [];
    const until = new Subject<void>();
    const reader = read({
      until,
      pipe: (source) =>
        source.pipe(
          tapDiagnostics(({ type }) => tapped.push(type)),
          checkpoint(),
        ),
    });
    clock.pass(1_500);
    until.next();
    clock.pass(100);
    const types = reader.diagnostics.map(({ type }) => type);

    expect(types).to.deep.equal(tapped);
    const ofParent = reader.diagnostics
      .filter((diagnostic) => !('shardId' in diagnostic) || diagnostic.shardId === shard(0))
      .map((diagnostic) => (diagnostic.type === 'lease' ? `lease ${diagnostic.event}` : diagnostic.type));
    expect(ofParent.filter((type) => type !== 'fetched')).to.deep.equal([
      'shardsListed',
      'lease taken',
      'iterator',
      'ready',
      'delivered',
      'settled',
      'sampled',
      'shardRead',
      'shardsListed',
      'checkpointed',
      'shardEnded',
      'lease released',
      'shardStopped',
      'sampled',
      'stopped',
    ]);
  });
});
