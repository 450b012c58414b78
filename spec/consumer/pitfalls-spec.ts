import { expect } from 'chai';
import { firstValueFrom, from, Subject, throwError } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { leaseOf, shard, workbench } from './workbench.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

describe('fromKinesis, where others went wrong', () => {
  it('should give each subscription a worker id of its own (pitfall 25)', async () => {
    const { clock, store, read } = workbench({ streams: { orders: { shards: 2 } } });
    const source = read().source;
    source.subscribe();
    clock.pass(30_000);
    const leases = await firstValueFrom(from(store.leases('orders')));
    const owners = leases.map(({ owner }) => owner);
    expect(new Set(owners).size).to.equal(2);
    for (const owner of owners) expect(owner).to.have.length.above(15);
  });

  it('should free its leases at a stop though the last checkpoint fails, and say so (pitfall 28)', () => {
    const { clock, store, put, read } = workbench();
    const failing = {
      ...store,
      checkpoint: () => throwError(() => new CheckpointStoreError('the store is ill', { retryable: true })),
    };
    const until = new Subject<void>();
    const reader = read({ checkpoints: failing, until, drainTimeoutMs: 1_000 });
    put(shard(0), 'a');
    clock.pass(2_000);
    until.next();
    clock.pass(30_000);
    expect(leaseOf(store, shard(0))!.owner).to.equal(undefined);
    expect(reader.isComplete || reader.error !== undefined).to.be.true;
    expect(reader.diagnostics.map(({ type }) => type)).to.include('checkpointFailed');
  });

  it('should have the next reader within 2 s of a graceful stop (pitfall 32)', () => {
    const { clock, put, read } = workbench({ streams: { orders: { shards: 4 } } });
    const until = new Subject<void>();
    read({ until });
    clock.pass(5_000);
    const second = read({ maxShards: 4 });
    clock.pass(60_000);
    until.next();
    clock.pass(2_000);
    const owned = second.source.status()[0]!.shards.filter(({ isOwned }) => isOwned);
    expect(owned).to.have.lengthOf(4);
    put(shard(3), 'a');
    clock.pass(1_000);
    expect(second.delivered).to.deep.equal(['a']);
  });

  it('should keep its place over months in which nobody reads (pitfall 31)', () => {
    const { clock, store, put, read } = workbench();
    const first = read();
    put(shard(0), 'a');
    clock.pass(10_000);
    first.subscription.unsubscribe();
    clock.pass(1_000);
    const before = leaseOf(store, shard(0));
    clock.pass(200 * DAY_MS);
    expect(leaseOf(store, shard(0))).to.deep.equal(before);
  });

  it('should not mind that the clocks of workers are a day apart, or jump (pitfall 34)', () => {
    const here = new VirtualClock();
    const there = new VirtualClock(here.now() + DAY_MS);
    const fake = new FakeKinesis({ scheduler: here, streams: { orders: { shards: 2 } } });
    const store = memoryCheckpoints();
    const events: string[] = [];
    const work = (workerId: string, scheduler: VirtualClock) =>
      fromKinesis('orders', {
        client: fake,
        checkpoints: store,
        scheduler,
        workerId,
        onDiagnostic: (event) => event.type === 'lease' && events.push(`${workerId} ${event.event}`),
      })
        .pipe(checkpoint())
        .subscribe();
    const pass = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) for (const clock of [here, there]) clock.pass(100);
    };
    const subscriptions = [work('here', here)];
    pass(2_000);
    subscriptions.push(work('there', there));
    pass(60_000);
    const settled = events.length;
    pass(120_000);
    expect(events.slice(0, settled)).to.have.members(['here taken', 'here taken', 'here handed_over', 'there stolen']);
    expect(events.slice(settled), 'nothing moves').to.deep.equal([]);
    const leases: Lease[] = [];
    from(store.leases('orders')).subscribe((all) => leases.push(...all));
    expect(leases.map(({ owner }) => owner).toSorted()).to.deep.equal(['here', 'there']);
    for (const subscription of subscriptions) subscription.unsubscribe();
  });
});
