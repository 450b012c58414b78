import { expect } from 'chai';
import { firstValueFrom, from, type Observable } from 'rxjs';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { shard, workbench } from './workbench.ts';

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
});
