import { expect } from 'chai';
import { faultyCheckpoints } from '../../src/testing/faultyCheckpoints.ts';
import { leaseOf, shard, workbench } from './workbench.ts';

describe('fromKinesis, stopped while it takes a lease', () => {
  it('should wait for the outcome, and release what it got', () => {
    const { clock, read, store } = workbench();
    const slow = faultyCheckpoints(store, [{ effect: 'delay', method: 'take', ms: 500, scheduler: clock }]);
    const stop = new AbortController();
    const reader = read({ checkpoints: slow, until: stop.signal });
    clock.pass(400);
    stop.abort();
    clock.pass(50);
    expect(reader.isComplete).to.equal(false);
    clock.pass(5_000);

    expect(reader.isComplete).to.equal(true);
    expect(leaseOf(store, shard(0))).to.include({ owner: undefined });
  });
});
