import assert from 'node:assert/strict';
import type { Lease } from '../../checkpoint/Lease.ts';
import { CHECKPOINTS } from './checkpointingCases.ts';
import type { Scene, SceneCases } from './Scene.ts';
import { assertSame, newLease, present, type StoreClient } from './StoreClient.ts';

const AT_5 = { sequenceNumber: '5', subSequenceNumber: 0 };
const AT_999 = { sequenceNumber: '999', subSequenceNumber: 7 };
const FREE = { owner: undefined, token: undefined, nextOwner: undefined, ownerSwitchesSinceCheckpoint: 0 };

/** Somebody puts a shard back to another place while workers run; for stores that have `putBack`. */
export const puttingBackCases: SceneCases = ifPuttingBack({
  'should put a lease back to any checkpoint from any other, free for anybody, and keep the rest': async (client) => {
    const parentShardIds = ['shardId-a', 'shardId-b'];
    for (const [index, from] of CHECKPOINTS.entries()) {
      for (const [n, to] of CHECKPOINTS.entries()) {
        const fresh = newLease(`shardId-${index}-${n}`, { parentShardIds });
        const held = await client.held('a', fresh);
        const children = from === 'SHARD_END' ? ['shardId-c', 'shardId-d'] : undefined;
        await client.checkpoint(held, from, children);
        const taken = await client.take(await client.stored(fresh.shardId), 'b');
        await client.requestHandOver(present(taken, 'the take was refused'), 'c');
        const before = await client.stored(fresh.shardId);
        await client.assertWritten(before, await client.putBack(before, to), { checkpoint: to, ...FREE });
      }
    }
  },

  'should refuse who held a lease that was put back, and let it be taken from the new place': async (client) => {
    const held = await client.held('a');
    const ahead = present(await client.checkpoint(held, AT_999), 'the checkpoint was refused');
    const back = present(await client.putBack(ahead, AT_5), 'the put back was refused');
    for (const late of [held, ahead]) {
      await client.assertRefused(back, await client.renew(late));
      await client.assertRefused(back, await client.checkpoint(late, { ...AT_999, subSequenceNumber: 8 }));
      await client.assertRefused(back, await client.checkpoint(late, 'SHARD_END', ['shardId-1']));
      await client.release(late);
      await client.assertUnchanged(back);
    }
    const taken = await client.assertWritten(back, await client.take(back, 'b', 't'), { owner: 'b', token: 't' });
    const checkpoint = { sequenceNumber: '6', subSequenceNumber: 0 };
    await client.assertWritten(taken, await client.checkpoint(taken, checkpoint), { checkpoint });
  },

  'should not put a lease back that was written meanwhile, nor one that was removed': async (client) => {
    const held = await client.held('a');
    const renewed = present(await client.renew(held), 'the renewal was refused');
    await client.assertRefused(renewed, await client.putBack(held, AT_5));
    assert.equal(await client.remove(renewed), true);
    assert.equal(await client.putBack(renewed, AT_5), undefined);
    assert.deepEqual(await client.leases(), []);
  },

  'should let either a renewal or a put back win, never both and never neither': async (client, scene) => {
    await scene.race(async (each, index) => {
      const held = await each.held('a', newLease(`shardId-${index}`));
      const calls = [() => client.renew(held), () => each.putBack(held, AT_5)];
      const answers = await Promise.all((index % 2 ? calls : calls.toReversed()).map((call) => call()));
      const [won, ...others] = answers.filter((answer) => answer !== undefined);
      assert.deepEqual(others, [], 'both won');
      assertSame(await each.stored(held.shardId), present(won, 'neither won'), 'what is stored');
    });
  },

  'should put back once when the reply was lost and the call is repeated': async (client) => {
    for (const [index, checkpoint] of CHECKPOINTS.entries()) {
      const held = await client.held('a', newLease(`shardId-${index}`));
      const back = present(await client.putBack(held, checkpoint), 'the put back was refused');
      const answer = present(await client.putBack(held, checkpoint), 'the repetition was refused');
      assertSame(answer, back, 'the answer');
      await client.assertUnchanged(back);
      const other = checkpoint === 'LATEST' ? 'TRIM_HORIZON' : 'LATEST';
      await client.assertRefused(back, await client.putBack(held, other));
      const taken = present(await client.take(back, 'b'), 'the take was refused');
      await client.assertRefused(taken, await client.putBack(held, checkpoint));
      const asked = present(await client.requestHandOver(taken, 'c'), 'the request was refused');
      const kept = present(await client.release(asked), 'the release was refused');
      await client.assertRefused(kept, await client.putBack(held, checkpoint));
    }
  },

  'should write though the lease is free at that checkpoint already, so that no older snapshot takes it': async (
    client,
  ) => {
    const free: Lease = await client.created();
    const back = await client.assertWritten(free, await client.putBack(free, free.checkpoint));
    await client.assertRefused(back, await client.take(free, 'a'));
  },
});

/** Cases that pass where the store has no `putBack`, which is optional. */
function ifPuttingBack(cases: Readonly<Record<string, (client: StoreClient, scene: Scene) => Promise<void>>>) {
  return Object.fromEntries(
    Object.entries(cases).map(([title, run]): [string, SceneCases[string]] => [
      `${title}, if it has putBack()`,
      async (scene) => {
        const client = await scene.open();
        if (client.store.putBack) await run(client, scene);
      },
    ]),
  );
}
