import { expect } from 'chai';
import { firstValueFrom, from, type Observable, type ObservableInput } from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { checkpointStoreCases } from '../../src/testing/checkpointStoreCases.ts';
import { newLease } from '../../src/testing/conformance/StoreClient.ts';
import { faultyCheckpoints, type StoreFault } from '../../src/testing/faultyCheckpoints.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const answerOf = <T>(input: ObservableInput<T>): Promise<T> => firstValueFrom(from(input));

/** A lease that is held, a store that has it, and the same store with faults. */
async function heldWith(
  faults: readonly StoreFault[],
): Promise<{ store: CheckpointStore; held: Lease; faulty: CheckpointStore }> {
  const store = memoryCheckpoints();
  await answerOf(store.create('orders', [newLease()]));
  const [lease] = await answerOf(store.leases('orders'));
  const held = (await answerOf(store.take(lease!, { workerId: 'a', token: 't' })))!;
  return { store, held, faulty: faultyCheckpoints(store, faults) };
}

const counterIn = async (store: CheckpointStore) => (await answerOf(store.leases('orders')))[0]?.counter;

const outcomeOf = (input: ObservableInput<unknown>) =>
  answerOf(input).then(
    () => 'answer',
    (error: unknown) => error,
  );

describe('faultyCheckpoints', () => {
  const stores = new Map<string, CheckpointStore>();
  const makeStore = (application: string) => {
    const store = stores.get(application) ?? faultyCheckpoints(memoryCheckpoints(), []);
    stores.set(application, store);
    return store;
  };
  for (const { title, run } of checkpointStoreCases(makeStore, { races: 5, leases: 10 })) {
    it(`${title}, without faults`, run);
  }

  it('should fail a call without making it, with a retryable error', async () => {
    const { store, held, faulty } = await heldWith([{ effect: 'fail', method: 'renew', times: 1 }]);
    const error = await outcomeOf(faulty.renew(held));
    expect(error).to.be.instanceOf(CheckpointStoreError).that.includes({ retryable: true, shardId: held.shardId });
    expect(await counterIn(store)).to.equal(held.counter);
    expect(await outcomeOf(faulty.renew(held))).to.equal('answer');
  });

  it('should fail with the error it is given, undefined included', async () => {
    const error = new CheckpointStoreError('no such table');
    const { held, faulty } = await heldWith([
      { effect: 'fail', times: 1, error },
      { effect: 'fail', error: undefined },
    ]);
    expect(await outcomeOf(faulty.renew(held))).to.equal(error);
    expect(await outcomeOf(faulty.renew(held))).to.equal(undefined);
  });

  it('should make a call and lose its reply', async () => {
    const { store, held, faulty } = await heldWith([{ effect: 'loseReply', method: ['renew', 'release'] }]);
    expect(await outcomeOf(faulty.renew(held))).to.be.instanceOf(CheckpointStoreError);
    expect(await counterIn(store)).to.equal(held.counter + 1);
  });

  it('should make a call after a delay, and another never', async () => {
    const clock = new VirtualClock();
    const faults: StoreFault[] = [{ effect: 'delay', ms: 500, scheduler: clock }];
    const { held, faulty } = await heldWith(faults);
    let answers = 0;
    (faulty.renew(held) as Observable<unknown>).subscribe(() => (answers += 1));
    clock.pass(499);
    expect(answers).to.equal(0);
    clock.pass(1);
    expect(answers).to.equal(1);
    faults[0] = { effect: 'hang' };
    (faulty.renew(held) as Observable<unknown>).subscribe(() => (answers += 1));
    clock.pass(100_000);
    expect([answers, clock.pending]).to.deep.equal([1, 0]);
  });

  it('should strike only the calls that match, after so many and so often', async () => {
    const { held, faulty } = await heldWith([
      { effect: 'fail', shard: newLease().shardId, after: 1, times: 2, method: 'renew' },
    ]);
    const outcomes: boolean[] = [];
    for (let n = 0; n < 5; n += 1) outcomes.push((await outcomeOf(faulty.renew(held))) === 'answer');
    expect(outcomes).to.deep.equal([true, false, false, true, true]);
    expect(await outcomeOf(faulty.leases('orders'))).to.equal('answer');
  });

  it('should leave other shards alone', async () => {
    const { held, faulty } = await heldWith([{ effect: 'fail', shard: 'shardId-other' }]);
    expect(await outcomeOf(faulty.renew(held))).to.equal('answer');
  });

  it('should tell of changes where the store does', async () => {
    const { held, faulty } = await heldWith([]);
    let changes = 0;
    (faulty.changes!('orders') as Observable<unknown>).subscribe(() => (changes += 1));
    await answerOf(faulty.release(held));
    expect(changes).to.equal(1);
    const silent = memoryCheckpoints();
    delete silent.changes;
    expect(faultyCheckpoints(silent, [])).not.to.have.property('changes');
  });

  it('should tell what was wrong with a fault, and with one that is added later', async () => {
    const wrong = (fault: object) => () => faultyCheckpoints(memoryCheckpoints(), [fault as never]);

    expect(wrong({ effect: 'dely' })).to.throw(
      RangeError,
      'effect must be one of fail, loseReply, hang, delay; got "dely"',
    );
    expect(wrong({ effect: 'fail', methods: 'renew' })).to.throw(TypeError, 'has no option "methods"');
    expect(wrong({ effect: 'fail', method: ['renew', 'renewal'] })).to.throw(RangeError, 'got "renewal"');
    expect(wrong({ effect: 'fail', shard: 0 })).to.throw(TypeError, "shard must be a shard's id; got 0");
    expect(wrong({ effect: 'fail', times: 0 })).to.throw(RangeError, 'times must be an integer from 1');
    expect(wrong({ effect: 'fail', after: -1 })).to.throw(RangeError, 'after must be an integer from 0');
    expect(wrong({ effect: 'delay', ms: '5' })).to.throw(TypeError, 'ms must be an integer from 0');
    expect(wrong({ effect: 'delay', scheduler: {} })).to.throw(TypeError, 'scheduler must be a SchedulerLike');
    expect(() => faultyCheckpoints(memoryCheckpoints(), { effect: 'fail' } as never)).to.throw(TypeError, 'an array');

    const faults: StoreFault[] = [];
    const { held, faulty } = await heldWith(faults);
    faults.push({ effect: 'dely' } as never);
    expect(await outcomeOf(faulty.renew(held))).to.be.instanceOf(RangeError);
  });
});
