import assert from 'node:assert/strict';
import { newLease } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

/** The leases of shards that are no more go. */
export const removingCases: SceneCases = {
  'should remove a lease, and no other': async (scene) => {
    const client = await scene.open();
    const [lease, other] = [await client.created(), await client.held('a', newLease('shardId-1'))];
    assert.equal(await client.remove(lease), true);
    assert.equal(await client.find(), undefined);
    await client.assertUnchanged(other);
  },

  'should not remove a lease that was written meanwhile': async (scene) => {
    const client = await scene.open();
    const free = await client.created();
    const held = await client.take(free, 'a');
    assert.equal(await client.remove(free), false);
    assert.deepEqual(await client.leases(), [held]);
  },

  'should say that a lease is gone when the reply was lost and the call is repeated': async (scene) => {
    const client = await scene.open();
    const lease = await client.created();
    assert.equal(await client.remove(lease), true);
    assert.equal(await client.remove(lease), true);
  },

  'should create a lease anew after its removal': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    await client.checkpoint(held, 'SHARD_END', ['shardId-1']);
    assert.equal(await client.remove(await client.stored()), true);
    const { checkpoint, owner, counter, childShardIds } = await client.created();
    assert.deepEqual([checkpoint, owner, counter, childShardIds], ['TRIM_HORIZON', undefined, 0, []]);
  },
};
