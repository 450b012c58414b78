import { expect } from 'chai';
import { firstValueFrom, from, type Observable } from 'rxjs';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { hangingStore, type Reader, shard, workbench } from './workbench.ts';

describe('fromKinesis, when the owner of a lease is gone', () => {
  it('should take the lease the moment it expires, not at the scan after', async () => {
    const { clock, store, read } = workbench();
    const calls: number[] = [];
    const watched: typeof store = {
      ...store,
      leases: (stream) => {
        calls.push(clock.now() - startMs);
        return store.leases(stream);
      },
    };
    const ask = <T>(input: unknown) => firstValueFrom(from(input as Observable<T>));
    await ask(
      store.create('orders', [
        {
          shardId: shard(0),
          parentShardIds: [],
          startingHashKey: '0',
          endingHashKey: String(2n ** 128n - 1n),
          checkpoint: 'TRIM_HORIZON',
        },
      ]),
    );
    const [lease] = await ask<Lease[]>(store.leases('orders'));
    await ask(store.take(lease!, { workerId: 'gone', token: 'gone' }));

    const startMs = clock.now();
    const { source } = read({ checkpoints: watched, leaseDurationMs: 10_000, leaseScanIntervalMs: 3_000 });
    const isOwned = () => source.status()[0]?.shards[0]?.isOwned === true;
    expect(clock.passUntil(isOwned)).to.be.within(10_000, 10_020);
    // Twice at the start, every 3 s, and when the lease ends: no more.
    expect(calls.filter((ms) => ms < 11_000)).to.deep.equal([0, 0, 3_000, 6_000, 9_000, 10_000]);
  });

  it('should not wait for a second look where looks are further apart than leases', () => {
    for (let phaseMs = 0; phaseMs < 20_000; phaseMs += 2_500) {
      const { clock, store, read } = workbench();
      let isGone = false;
      const options = { leaseDurationMs: 10_000, leaseScanIntervalMs: 20_000 };
      const first = read({ ...options, checkpoints: hangingStore(store, () => isGone) });
      clock.pass(2_000);
      const second = read(options);
      clock.pass(60_000 + phaseMs);
      isGone = true;
      first.subscription.unsubscribe();
      expect(clock.passUntil(() => second.source.status()[0]?.shards[0]?.isOwned === true)).to.be.below(20_100);
    }
  });

  it('should take what a dead worker had when its lease expires, though a replacement has started since', () => {
    for (const afterMs of [1_000, 3_000, 5_000, 7_000]) {
      const { clock, store, read } = workbench({ streams: { orders: { shards: 8 } } });
      let isGone = false;
      const owned = (reader: Reader) =>
        reader.source.status().flatMap(({ shards }) => shards.filter(({ isOwned }) => isOwned)).length;
      const first = read({ workerId: 'a', checkpoints: hangingStore(store, () => isGone) });
      clock.pass(2_000);
      const second = read({ workerId: 'b' });
      clock.pass(60_000);
      isGone = true;
      const goneMs = clock.now();
      first.subscription.unsubscribe();
      clock.pass(afterMs);
      const third = read({ workerId: 'c' });
      clock.passUntil(() => owned(second) + owned(third) === 8, 30_000);
      expect(clock.now() - goneMs).to.be.below(11_100);
    }
  });
});
