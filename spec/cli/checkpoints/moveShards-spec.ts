import { expect } from 'chai';
import { from, NEVER, type Observable, of, throwError } from 'rxjs';
import type { CheckpointStore } from '../../../src/checkpoint/CheckpointStore.ts';
import type { Checkpoint, Lease } from '../../../src/checkpoint/Lease.ts';
import { memoryCheckpoints } from '../../../src/checkpoint/memoryCheckpoints.ts';
import type { LeaseStore } from '../../../src/cli/checkpoints/LeaseStore.ts';
import { moveShards } from '../../../src/cli/checkpoints/moveShards.ts';
import { CheckpointStoreError } from '../../../src/errors/CheckpointStoreError.ts';
import { faultyCheckpoints, type StoreFault } from '../../../src/testing/faultyCheckpoints.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';
import { AFTER_A_SPLIT, leaseOf } from './leases.ts';

/** What a store in memory answers, which it does at once. */
function now(answer: unknown): unknown {
  let value: unknown;
  (answer as Observable<unknown>).subscribe((each) => (value = each));
  return value;
}

/** A store with these leases, each held if it has an owner, and all that happened to it. */
function scene(leases: readonly Lease[]) {
  const clock = new VirtualClock(0);
  const store = memoryCheckpoints();
  now(store.create('orders', leases.toReversed()));
  for (const { shardId, owner } of leases)
    if (owner) now(store.take(stored(shardId), { workerId: owner, token: shardId }));
  function stored(shardId: string): Lease {
    return (now(store.leases('orders')) as readonly Lease[]).find((lease) => lease.shardId === shardId)!;
  }
  const move = (to: Checkpoint, { over = store, scanMs = 0 }: { over?: CheckpointStore; scanMs?: number } = {}) => {
    const moved: string[] = [];
    const outcome: { error?: Error; isComplete?: true } = {};
    const moves = leases.map((lease) => ({ lease, to }));
    moveShards({ store: over as LeaseStore['store'], scanMs }, moves, clock).subscribe({
      next: ({ before, after }) => moved.push(`${clock.now()} ${before.shardId} ${before.counter} ${after.counter}`),
      error: (error: unknown) => (outcome.error = error as Error),
      complete: () => (outcome.isComplete = true),
    });
    clock.pass(100_000);
    return { moved, ...outcome };
  };
  return { clock, store, stored, move };
}

describe('moveShards', () => {
  it('should put shards to their place, whoever holds them, and tell what they were and are', () => {
    const { stored, move } = scene([leaseOf('a'), leaseOf('b', { owner: 'worker-1' })]);
    expect(move('LATEST')).to.deep.equal({ moved: ['0 a 0 1', '0 b 1 2'], isComplete: true });
    expect(stored('b')).to.include({ checkpoint: 'LATEST', owner: undefined });
  });

  it('should do nothing for no shards', () => {
    expect(scene([]).move('LATEST')).to.deep.equal({ moved: [], isComplete: true });
  });

  it('should put parents before their children, with time between for looks that are under way', () => {
    const { move } = scene(AFTER_A_SPLIT.toReversed());
    const { moved } = move('TRIM_HORIZON', { scanMs: 1_000 });
    expect(moved.map((line) => line.split(' ').slice(0, 2).join(' '))).to.deep.equal([
      '0 other',
      '0 parent',
      '1000 child-2',
      '1000 child-1',
    ]);
  });

  it('should read a lease anew that its worker wrote in between, and try again a little later', () => {
    const { store, stored, move } = scene([leaseOf('a', { owner: 'worker-1' })]);
    let renewals = 0;
    const busy: CheckpointStore = {
      ...store,
      putBack: (lease, to) => {
        if ((renewals += 1) < 4) now(store.renew(stored('a')));
        return store.putBack!(lease, to);
      },
    };
    expect(move('LATEST', { over: busy })).to.deep.equal({ moved: ['150 a 4 5'], isComplete: true });
  });

  it('should give up after ten such times, have changed nothing of that shard, and say so', () => {
    const { store, stored, move } = scene([leaseOf('a'), leaseOf('b', { owner: 'worker-1' }), leaseOf('c')]);
    const busy: CheckpointStore = {
      ...store,
      putBack: (lease, to) => {
        if (lease.shardId === 'b') now(store.renew(stored('b')));
        return store.putBack!(lease, to);
      },
    };
    const { moved, error } = move('LATEST', { over: busy });
    expect(moved).to.deep.equal(['0 a 0 1', '0 c 0 1']);
    expect(error?.message).to.match(/^Shard b was not put to LATEST: each of 10 times its worker worker-1 wrote/);
    expect(stored('b')).to.include({ owner: 'worker-1', checkpoint: 'TRIM_HORIZON', counter: 11 });
  });

  for (const [effect, counter] of [
    ['fail', 1],
    ['loseReply', 1],
  ] as const) {
    it(`should repeat a call that may not have been made, as if it had been once: ${effect}`, () => {
      const { store, stored, move } = scene([leaseOf('a')]);
      const faults: StoreFault[] = [
        { effect, method: 'putBack', times: 2 },
        { effect, method: 'leases', times: 1 },
      ];
      const { moved, isComplete } = move('LATEST', { over: faultyCheckpoints(store, faults) });
      expect([moved.length, isComplete]).to.deep.equal([1, true]);
      expect(stored('a')).to.include({ checkpoint: 'LATEST', counter });
    });
  }

  it('should finish what is under way, begin nothing more, and error when a call cannot be cured', () => {
    const all = Array.from({ length: 20 }, (_, index) => leaseOf(`shard-${String(index).padStart(2, '0')}`));
    const { store, stored, move } = scene(all);
    const ill: CheckpointStore = {
      ...store,
      putBack: (lease, to) =>
        lease.shardId === 'shard-02'
          ? throwError(() => new CheckpointStoreError('no permission'))
          : from(store.putBack!(lease, to)),
    };
    const { moved, error } = move('LATEST', { over: ill });
    expect(error?.message).to.equal('no permission');
    expect(moved).to.have.lengthOf(7);
    expect(all.filter(({ shardId }) => stored(shardId).checkpoint === 'LATEST')).to.have.lengthOf(7);
  });

  it('should move shards that are their own parents, as no shard is but rows may say', () => {
    const all = [
      leaseOf('a', { parentShardIds: ['a'] }),
      leaseOf('b', { parentShardIds: ['c'] }),
      leaseOf('c', { parentShardIds: ['b'] }),
    ];
    const { move, stored } = scene(all);
    expect(move('LATEST').error).to.equal(undefined);
    expect(all.map(({ shardId }) => stored(shardId).checkpoint)).to.deep.equal(['LATEST', 'LATEST', 'LATEST']);
  });

  it('should say that a lease has gone meanwhile', () => {
    const { store, move } = scene([leaseOf('a')]);
    const { error } = move('LATEST', { over: { ...store, leases: () => of([]) } });
    expect(error?.message).to.match(/^The lease of shard a is gone/);
  });

  it('should stop where it is unsubscribed', () => {
    const { clock, store } = scene([leaseOf('a')]);
    const hanging = { ...store, putBack: () => NEVER } as LeaseStore['store'];
    moveShards({ store: hanging, scanMs: 0 }, [{ lease: leaseOf('a'), to: 'LATEST' }], clock)
      .subscribe()
      .unsubscribe();
    expect(clock.pending).to.equal(0);
  });
});
