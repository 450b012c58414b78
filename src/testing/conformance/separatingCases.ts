import assert from 'node:assert/strict';
import { newLease, SHARD } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

/** What is not one another's is not seen. */
export const separatingCases: SceneCases = {
  'should keep two streams of one application apart': async (scene) => {
    const [one, two] = [await scene.open(), await scene.open({ streamName: `${scene.streamName}-2` })];
    await one.create(newLease());
    assert.deepEqual(await two.leases(), []);
    const [first, second] = [await one.stored(), await two.created()];
    const taken = await one.assertWritten(first, await one.take(first, 'a', 't'), { owner: 'a', token: 't' });
    await two.assertUnchanged(second);
    const held = await two.assertWritten(second, await two.take(second, 'b', 't'), { owner: 'b', token: 't' });
    await two.checkpoint(held, 'SHARD_END');
    await one.assertUnchanged(taken);
    assert.equal(await one.remove(taken), true);
    assert.equal((await two.stored()).checkpoint, 'SHARD_END');
  },

  'should keep two applications on one stream apart': async (scene) => {
    const [one, two] = [await scene.open(), await scene.open({ application: 'second' })];
    const held = await one.held();
    assert.deepEqual(await two.leases(), []);
    const other = await two.held('worker-2');
    await one.assertUnchanged(held);
    await two.release(other);
    await one.assertUnchanged(held);
    assert.equal(await one.remove(held), true);
    assert.equal((await two.stored()).owner, undefined);
  },

  'should keep streams and shards apart whose names are alike': async (scene) => {
    const base = scene.streamName;
    const streamNames = ['', '.a', '_a', '-a', '-A', '.a_b', '-a.b', '__', '..'].map((end) => base + end);
    const shardIds = [SHARD, 'a', 'A', 'a-shardId-000000000000', 'b.a'];
    const clients = await Promise.all(streamNames.map((streamName) => scene.open({ streamName })));
    for (const [index, client] of clients.entries()) {
      await client.create(...shardIds.map((shardId) => newLease(shardId, { startingHashKey: `${index}` })));
    }
    for (const [index, client] of clients.entries()) {
      const leases = await client.leases();
      assert.deepEqual(leases.map(({ shardId }) => shardId).toSorted(), shardIds.toSorted());
      for (const lease of leases) {
        assert.deepEqual([lease.streamName, lease.startingHashKey], [streamNames[index], `${index}`]);
      }
    }
  },

  'should take names as they are: of 128 characters, with spaces, quotes and other scripts': async (scene) => {
    const streamName = scene.streamName.padEnd(128, '_');
    const client = await scene.open({ streamName });
    const [owner, token] = ['wörker 1: "日本"\n{x}\\', "tøken '2' %s\t*"];
    const lease = await client.created();
    const taken = await client.assertWritten(lease, await client.take(lease, owner, token), { owner, token });
    await client.assertWritten(taken, await client.requestHandOver(taken, '🦊:,[]'), { nextOwner: '🦊:,[]' });
    await client.assertWritten(await client.stored(), await client.renew(taken), {});
  },
};
