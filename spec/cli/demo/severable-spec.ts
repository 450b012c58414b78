import { expect } from 'chai';
import { firstValueFrom, from } from 'rxjs';
import { severable } from '../../../src/cli/demo/severable.ts';
import { memoryCheckpoints } from '../../../src/checkpoint/memoryCheckpoints.ts';
import type { Lease } from '../../../src/checkpoint/Lease.ts';

describe('severable', () => {
  const fresh = {
    shardId: 'shardId-000000000000',
    parentShardIds: [],
    startingHashKey: '0',
    endingHashKey: '9',
    checkpoint: 'TRIM_HORIZON',
  } as const;

  async function taken() {
    const store = memoryCheckpoints();
    const wire = severable(store);
    await firstValueFrom(from(wire.store.create('orders', [fresh])));
    const [lease] = await firstValueFrom(from(wire.store.leases('orders')));
    const held = await firstValueFrom(from(wire.store.take(lease!, { workerId: 'w', token: 't' })));
    return { store, wire, lease: held! };
  }
  const stored = async (store: ReturnType<typeof memoryCheckpoints>) =>
    (await firstValueFrom(from(store.leases('orders'))))[0];

  it('should be the store while the wire holds', async () => {
    const { store, wire, lease } = await taken();
    expect(await stored(store)).to.deep.equal(lease);
    expect(await firstValueFrom(from(wire.store.renew(lease)))).to.include({ owner: 'w', counter: 2 });
  });

  const calls: Record<string, (store: ReturnType<typeof memoryCheckpoints>, lease: Lease) => unknown> = {
    leases: (store) => store.leases('orders'),
    create: (store) => store.create('orders', [{ ...fresh, shardId: 'shardId-000000000001' }]),
    take: (store, lease) => store.take(lease, { workerId: 'other', token: 'u' }),
    renew: (store, lease) => store.renew(lease),
    checkpoint: (store, lease) => store.checkpoint(lease, 'SHARD_END', []),
    requestHandOver: (store, lease) => store.requestHandOver(lease, 'other'),
    release: (store, lease) => store.release(lease),
    remove: (store, lease) => store.remove(lease),
    changes: (store) => store.changes?.('orders'),
  };
  for (const [name, call] of Object.entries(calls)) {
    it(`should let no ${name} through once it is cut, and answer none`, async () => {
      const { store, wire, lease } = await taken();
      const before = await firstValueFrom(from(store.leases('orders')));
      wire.sever();

      let isAnswered = false;
      const answer = () => (isAnswered = true);
      const subscription = from(call(wire.store, lease) as Promise<unknown>).subscribe({
        next: answer,
        error: answer,
        complete: answer,
      });

      expect(await firstValueFrom(from(store.leases('orders')))).to.deep.equal(before);
      expect(isAnswered).to.equal(false);
      subscription.unsubscribe();
    });
  }
});
