import { expect } from 'chai';
import { NEVER, Observable, of, share, Subject, tap, throwError } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { ManualCheckpoints } from '../../src/checkpoint/ManualCheckpoints.ts';
import { CheckpointFlushError } from '../../src/errors/CheckpointFlushError.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { LeaseLostError } from '../../src/errors/LeaseLostError.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { checkpointOf, hangingStore, leaseOf, type Reader, shard, textOf, workbench } from './workbench.ts';

describe('fromKinesis, what comes after the end', () => {
  describe('stopped', () => {
    const isStopped = ({ source }: Reader) => {
      let isComplete = false;
      source.stopped.subscribe({ complete: () => (isComplete = true) });
      return () => isComplete;
    };

    it('should complete once the last checkpoint is written and the leases are released, after an error', () => {
      const { clock, put, read, store } = workbench({ streams: { orders: { shards: 2 } } });
      const [, second] = put(shard(0), 'a', 'b', 'poison');
      const failing = (record: KinesisRecord) => {
        if (textOf(record) === 'poison') throw new Error('poison');
      };
      const reader = read({ pipe: (source) => source.pipe(tap(failing), checkpoint()) });
      const hasStopped = isStopped(reader);
      let owners: unknown[] = [];
      reader.source.stopped.subscribe({
        complete: () => (owners = [0, 1].map((index) => leaseOf(store, shard(index))!.owner)),
      });
      expect(hasStopped()).to.equal(false);
      clock.pass(3_000);

      expect(String(reader.error)).to.include('poison');
      expect(hasStopped()).to.equal(true);
      expect(checkpointOf(store, shard(0))).to.equal(second!.sequenceNumber);
      expect(owners).to.deep.equal([undefined, undefined]);
    });

    it('should not complete before the store has answered', () => {
      const { clock, put, read, store } = workbench();
      const answer = new Subject<never>();
      let isHeldUp = false;
      const slow: CheckpointStore = { ...store, release: (lease) => (isHeldUp ? answer : store.release(lease)) };
      put(shard(0), 'a');
      const reader = read({ checkpoints: slow });
      const hasStopped = isStopped(reader);
      clock.pass(3_000);
      isHeldUp = true;
      reader.subscription.unsubscribe();
      clock.pass(1_000);
      expect(hasStopped()).to.equal(false);
      clock.pass(20_000);
      expect(hasStopped()).to.equal(true);
    });

    it('should wait for a first subscription, and for every one', () => {
      const { clock, read } = workbench();
      const reader = read();
      const hasStopped = isStopped(reader);
      const second = reader.source.subscribe();
      clock.pass(1_000);
      reader.subscription.unsubscribe();
      clock.pass(1_000);
      expect(hasStopped()).to.equal(false);
      second.unsubscribe();
      clock.pass(1_000);
      expect(hasStopped()).to.equal(true);
      expect(isStopped(reader)()).to.equal(true);
    });
  });

  describe('takenOver', () => {
    const unreadMs = (reader: Reader) =>
      reader.diagnostics.flatMap((event) => (event.type === 'takenOver' ? [event.unreadMs] : []));
    const bench = () => {
      const { clock, put, read, store } = workbench();
      const collector = inMemoryCollector();
      const timing = { leaseDurationMs: 10_000, leaseScanIntervalMs: 1_000 };
      const join = (checkpoints: CheckpointStore = store) => read({ ...timing, checkpoints, metrics: collector });
      const handOvers = () => collector.histograms['lease_hand_over_seconds{stream_name=orders}'];
      return { clock, put, store, join, handOvers };
    };

    it('should tell for how long a shard had no reader that was released', () => {
      const { clock, join, handOvers } = bench();
      const first = join();
      clock.pass(5_000);
      const second = join();
      clock.pass(5_000);
      first.subscription.unsubscribe();
      clock.pass(5_000);
      expect([unreadMs(first), unreadMs(second).length]).to.deep.equal([[], 1]);
      expect(unreadMs(second)[0]).to.be.below(1_000);
      expect(handOvers()?.count).to.equal(1);
    });

    it('should tell it of a reader that is gone, from when it was seen to renew last', () => {
      const { clock, join, store, handOvers } = bench();
      let isGone = false;
      const first = join(hangingStore(store, () => isGone));
      clock.pass(5_000);
      const second = join();
      clock.pass(10_000);
      isGone = true;
      first.subscription.unsubscribe();
      clock.pass(30_000);
      expect(unreadMs(second)).to.have.lengthOf(1);
      expect(unreadMs(second)[0]).to.be.within(10_000, 12_000);
      expect(handOvers()!.sum).to.be.within(10, 12);
    });

    it('should tell nothing of shards that nobody was seen to read', () => {
      const { clock, join } = bench();
      const first = join();
      clock.pass(5_000);
      first.subscription.unsubscribe();
      clock.pass(60_000);
      const second = join();
      clock.pass(5_000);
      expect([unreadMs(first), unreadMs(second)]).to.deep.equal([[], []]);
    });
  });

  it('should reject a flush with the shards whose lease went with progress that was not written, once', async () => {
    const { clock, put, read, store } = workbench({ streams: { orders: { shards: 2 } } });
    const manual = new ManualCheckpoints();
    let isStolen = false;
    const refused = <T>(answer: T) => (isStolen ? of(undefined) : answer);
    const thief: CheckpointStore = {
      ...store,
      renew: (lease) => refused(store.renew(lease)),
      take: (lease, taker) => refused(store.take(lease, taker)),
      changes: () => NEVER,
    };
    put(shard(0), 'a', 'b');
    read({ checkpoints: thief, leaseDurationMs: 3_000, pipe: (source) => source.pipe(checkpoint({ when: manual })) });
    clock.pass(900);
    isStolen = true;
    clock.pass(1_500);
    // It is taken again, and lost again: that is one shard still.
    isStolen = false;
    clock.pass(1_900);
    isStolen = true;
    clock.pass(3_000);
    const error = await manual.flush().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CheckpointFlushError);
    const { failures } = error as CheckpointFlushError;
    expect(failures.map(({ shardId }) => shardId)).to.deep.equal([shard(0)]);
    expect(failures[0]!.error).to.be.instanceOf(LeaseLostError);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    await manual.flush();
  });

  it('should write in the rhythm of a checkpoint() that is still there, when another has gone', () => {
    const { clock, put, read, store } = workbench();
    let source = new Observable<KinesisRecord>();
    read({ pipe: (records) => (source = records.pipe(share())).pipe(checkpoint({ intervalMs: 100 })) });
    put(shard(0), 'a');
    clock.pass(1_500);
    const second = source.pipe(checkpoint({ when: NEVER })).subscribe();
    put(shard(0), 'b');
    clock.pass(3_000);
    second.unsubscribe();
    const [last] = put(shard(0), 'c');
    clock.pass(1_500);
    expect(checkpointOf(store, shard(0))).to.equal(last!.sequenceNumber);
  });

  it('should tell of every shard that could not be left in good order', () => {
    const { clock, read, store } = workbench({ streams: { orders: { shards: 3 } } });
    const failing: CheckpointStore = {
      ...store,
      release: ({ shardId }) => throwError(() => new CheckpointStoreError(`no ${shardId}`, { retryable: false })),
    };
    const reader = read({ checkpoints: failing });
    clock.pass(2_000);
    reader.subscription.unsubscribe();
    clock.pass(60_000);
    const stopped = reader.diagnostics.find((event) => event.type === 'stopped');
    const error = stopped?.error;
    expect(error).to.be.instanceOf(CheckpointStoreError).and.to.include({ retryable: false, streamName: 'orders' });
    for (const index of [0, 1, 2]) expect(error!.message).to.include(`no ${shard(index)}`);
    expect((error!.cause as AggregateError).errors).to.have.lengthOf(3);
  });

  it('should go on where it was without a store when a handler outlasts what would be a lease', () => {
    const { clock, put, read } = workbench();
    put(shard(0), ...Array.from({ length: 5 }, (_, index) => `${index}`));
    const reader = read({
      checkpoints: undefined,
      startAt: 'TRIM_HORIZON',
      pipe: (source) =>
        source.pipe(
          tap((record) => {
            if (textOf(record) === 'slow') clock.frame += 60_000;
          }),
        ),
    });
    clock.pass(10_000);
    put(shard(0), 'slow', 'last');
    clock.pass(60_000);
    clock.pass(60_000);
    expect(reader.delivered).to.deep.equal(['0', '1', '2', '3', '4', 'slow', 'last']);
  });
});
