import assert from 'node:assert/strict';
import type { Lease } from '../../checkpoint/Lease.ts';
import { assertSame, newLease, SHARD } from './StoreClient.ts';
import { CHECKPOINTS } from './checkpointingCases.ts';
import type { SceneCases } from './Scene.ts';

const PARENTS = [[], ['shardId-000000000007'], ['shardId-000000000008', 'shardId-000000000009']];

/** Leases come into being, and are listed. */
export const creatingCases: SceneCases = {
  'should list no leases of a stream that has none': async (scene) => {
    const client = await scene.open();
    assert.deepEqual(await client.leases(), []);
    await client.create();
    assert.deepEqual(await client.leases(), []);
  },

  'should create leases free and with counter 0, as they are given': async (scene) => {
    const client = await scene.open();
    for (const [index, checkpoint] of CHECKPOINTS.entries()) {
      const parentShardIds = PARENTS[index % PARENTS.length] ?? [];
      const fresh = newLease(`shardId-${index}`, { parentShardIds, checkpoint, startingHashKey: `${2n ** 127n}` });
      const expected = { ...fresh, ...FREE, streamName: scene.streamName };
      assertSame(await client.created(fresh), expected, 'what is stored');
    }
  },

  'should create a lease free though what it is given is held elsewhere': async (scene) => {
    const [here, there] = [await scene.open(), await scene.open({ streamName: `${scene.streamName}.copy` })];
    const held = await here.held();
    assertSame(await there.created(held), { ...held, ...FREE, streamName: `${scene.streamName}.copy` }, 'the copy');
  },

  'should leave leases that exist as they are, and create the others': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    await client.checkpoint(held, { sequenceNumber: '5', subSequenceNumber: 0 });
    const before = await client.stored();
    await client.create(newLease('shardId-1'), newLease(SHARD, { checkpoint: 'LATEST' }), newLease('shardId-2'));
    await client.assertUnchanged(before);
    assert.deepEqual((await client.leases()).map(({ shardId }) => shardId).toSorted(), [
      SHARD,
      'shardId-1',
      'shardId-2',
    ]);
  },

  'should create each lease once when many create it at the same time, and take nothing from its owner': async (
    scene,
  ) => {
    const client = await scene.open();
    const shardIds = Array.from({ length: 5 }, (_, index) => `shardId-${index}`);
    const owners = await scene.race(async (each, index) => {
      await each.create(...shardIds.map((shardId) => newLease(shardId)));
      const found = index < shardIds.length ? await each.find(`shardId-${index}`) : undefined;
      return found && each.take(found, `worker-${index}`);
    });
    const leases = await client.leases();
    assert.deepEqual(leases.map(({ shardId }) => shardId).toSorted(), shardIds);
    for (const taken of owners) if (taken) await client.assertUnchanged(taken);
    assert.ok(
      owners.some((taken) => taken !== undefined),
      'no new lease could be taken',
    );
  },

  'should show every client what the others wrote before': async (scene) => {
    const [writer, reader] = [await scene.open(), await scene.open()];
    assert.deepEqual(await reader.leases(), []);
    const held = await writer.held();
    await reader.assertUnchanged(held);
    const written = await writer.checkpoint(held, { sequenceNumber: '1', subSequenceNumber: 2 });
    await reader.assertWritten(held, written, { checkpoint: { sequenceNumber: '1', subSequenceNumber: 2 } });
  },

  'should list all leases of a large stream, each once': async (scene) => {
    const client = await scene.open();
    const fresh = Array.from({ length: scene.leases }, (_, index) =>
      newLease(`shardId-${String(index).padStart(12, '0')}`),
    );
    for (let from = 0; from < fresh.length; from += 100) await client.create(...fresh.slice(from, from + 100));
    const listed = (await client.leases()).map(({ shardId }) => shardId);
    assert.deepEqual(
      listed.toSorted(),
      fresh.map(({ shardId }) => shardId),
    );
  },
};

const FREE = {
  childShardIds: [],
  owner: undefined,
  token: undefined,
  nextOwner: undefined,
  counter: 0,
  ownerSwitchesSinceCheckpoint: 0,
} satisfies Partial<Lease>;
