import { expect } from 'chai';
import { firstValueFrom, from, type Observable, type ObservableInput } from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { checkpointStoreCases } from '../../src/testing/checkpointStoreCases.ts';
import { newLease } from '../../src/testing/conformance/StoreClient.ts';

const answerOf = <T>(input: ObservableInput<T>): Promise<T> => firstValueFrom(from(input));

describe('memoryCheckpoints', () => {
  const stores = new Map<string, CheckpointStore>();
  const makeStore = (application: string) => {
    const store = stores.get(application) ?? memoryCheckpoints();
    stores.set(application, store);
    return store;
  };
  after(() => {
    stores.clear();
  });

  describe('by the contract of stores (pitfalls 21, 22, 23, 26, 27)', () => {
    for (const { title, run } of checkpointStoreCases(makeStore)) it(title, run);
  });

  it('should do nothing until it is subscribed to, and answer at once', () => {
    const store = memoryCheckpoints();
    const creating = store.create('orders', [newLease()]) as Observable<unknown>;
    const listed: number[] = [];
    const listing = store.leases('orders') as Observable<readonly unknown[]>;
    listing.subscribe((leases) => listed.push(leases.length));
    creating.subscribe();
    listing.subscribe((leases) => listed.push(leases.length));
    expect(listed).to.deep.equal([0, 1]);
  });

  it('should emit a change for each lease that becomes free, and for no other write', async () => {
    const store = memoryCheckpoints();
    let changes = 0;
    (store.changes!('orders') as Observable<unknown>).subscribe(() => (changes += 1));
    await answerOf(store.create('orders', [newLease()]));
    const [lease] = await answerOf(store.leases('orders'));
    const held = await answerOf(store.take(lease!, { workerId: 'a', token: 't' }));
    await answerOf(store.renew(held!));
    expect(changes).to.equal(0);
    await answerOf(store.release({ ...held!, token: 'other' }));
    expect(changes).to.equal(0);
    await answerOf(store.release(held!));
    await answerOf(store.release(held!));
    expect(changes).to.equal(1);
  });

  it('should share nothing with another', async () => {
    const [one, two] = [memoryCheckpoints(), memoryCheckpoints()];
    await answerOf(one.create('orders', [newLease()]));
    expect(await answerOf(two.leases('orders'))).to.deep.equal([]);
  });
});
