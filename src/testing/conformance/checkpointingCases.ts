import assert from 'node:assert/strict';
import type { Checkpoint } from '../../checkpoint/Lease.ts';
import type { Position } from '../../record/position.ts';
import { assertSame, newLease, present } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

const at = (sequenceNumber: string, subSequenceNumber = 0): Position => ({ sequenceNumber, subSequenceNumber });

const SEQUENCE_NUMBER = '49590338271490256608559692538361571095921575989136588898';

/** One of each form. */
export const CHECKPOINTS: readonly Checkpoint[] = [
  'TRIM_HORIZON',
  'LATEST',
  { atTimestamp: new Date('2026-02-03T04:05:06.789Z') },
  at('0'),
  at(SEQUENCE_NUMBER),
  at(SEQUENCE_NUMBER, 4_999),
  'SHARD_END',
];

/** Pairs of an earlier and a later checkpoint. */
const IN_ORDER: readonly (readonly [Checkpoint, Checkpoint])[] = [
  ['TRIM_HORIZON', at('0')],
  ['LATEST', at('1')],
  [{ atTimestamp: new Date('2026-02-03T04:05:06.789Z') }, at('1')],
  [at('9'), at('10')],
  [at('99'), at('100')],
  [at('1'), at(SEQUENCE_NUMBER)],
  [at('9'.repeat(55)), at(`1${'0'.repeat(55)}`)],
  [at(SEQUENCE_NUMBER), at(SEQUENCE_NUMBER.replace(/8$/, '9'))],
  [at('9007199254740992'), at('9007199254740993')],
  [at('5', 0), at('5', 1)],
  [at('5', 9), at('5', 10)],
  [at('5', 4_999), at('6', 0)],
  ['TRIM_HORIZON', 'SHARD_END'],
  [at(SEQUENCE_NUMBER, 3), 'SHARD_END'],
];

/** Progress is kept, and only goes forward. */
export const checkpointingCases: SceneCases = {
  'should keep every form of checkpoint as it is given': async (scene) => {
    const client = await scene.open();
    for (const [index, checkpoint] of CHECKPOINTS.entries()) {
      const held = await client.held('a', newLease(`shardId-${index}`, { checkpoint: 'TRIM_HORIZON' }));
      await client.assertWritten(held, await client.checkpoint(held, checkpoint), { checkpoint });
    }
  },

  'should replace a checkpoint by a later one': async (scene) => {
    const client = await scene.open();
    for (const [index, [earlier, later]] of IN_ORDER.entries()) {
      const held = await client.held('a', newLease(`shardId-${index}`, { checkpoint: earlier }));
      await client.assertWritten(held, await client.checkpoint(held, later), { checkpoint: later });
    }
  },

  'should not go back to an earlier checkpoint, nor refuse it, but renew': async (scene) => {
    const client = await scene.open();
    for (const [index, [earlier, later]] of IN_ORDER.entries()) {
      const held = await client.held('a', newLease(`shardId-${index}`, { checkpoint: later }));
      await client.assertWritten(held, await client.checkpoint(held, earlier));
    }
  },

  'should replace one place to begin at by another': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a', newLease('shardId-1', { checkpoint: 'LATEST' }));
    const checkpoint = { atTimestamp: new Date(1_770_000_000_123) };
    await client.assertWritten(held, await client.checkpoint(held, checkpoint), { checkpoint });
  },

  'should end a shard with its children, for good': async (scene) => {
    const client = await scene.open();
    const parentShardIds = ['shardId-7', 'shardId-8'];
    const held = await client.held('a', newLease('shardId-9', { parentShardIds }));
    const changes = { checkpoint: 'SHARD_END', childShardIds: ['shardId-10', 'shardId-11'] } as const;
    let lease = await client.assertWritten(
      held,
      await client.checkpoint(held, 'SHARD_END', changes.childShardIds),
      changes,
    );
    for (const checkpoint of [...CHECKPOINTS, 'SHARD_END'] as const) {
      lease = await client.assertWritten(lease, await client.checkpoint(lease, checkpoint));
    }
  },

  'should end a shard that has no children': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    await client.assertWritten(held, await client.checkpoint(held, 'SHARD_END', []), { checkpoint: 'SHARD_END' });
  },

  'should count no switches of owner since progress': async (scene) => {
    const client = await scene.open();
    const taken = present(await client.take(await client.held('a'), 'b'), 'the take was refused');
    assert.equal(taken.ownerSwitchesSinceCheckpoint, 1);
    const changes = { checkpoint: at('1'), ownerSwitchesSinceCheckpoint: 0 };
    await client.assertWritten(taken, await client.checkpoint(taken, at('1')), changes);
  },

  'should checkpoint once when the reply was lost and the call is repeated': async (scene) => {
    const client = await scene.open();
    for (const [index, checkpoint] of CHECKPOINTS.entries()) {
      const held = await client.held('a', newLease(`shardId-${index}`));
      const once = present(await client.checkpoint(held, checkpoint), 'the checkpoint was refused');
      await client.assertWritten(once, await client.checkpoint(held, checkpoint));
    }
  },

  'should end at the greatest of checkpoints and renewals that are under way together': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    const { races } = scene;
    const order = Array.from({ length: races }, (_, index) => (index * 7 + 3) % races);
    const answers = await scene.race((each, index) =>
      index % 5 === 4 ? each.renew(held) : each.checkpoint(held, at(`${order[index] ?? 0}`)),
    );
    assert.ok(!answers.includes(undefined), 'a write of the holder was refused');
    const greatest = Math.max(...order.filter((_, index) => index % 5 !== 4));
    const lease = await client.stored();
    assertSame(lease, { ...held, checkpoint: at(`${greatest}`), counter: lease.counter }, 'what is stored');
    assert.ok(lease.counter >= held.counter + races, 'some writes did not make the counter grow');
  },

  'should tell when a checkpoint was written, and of nothing else, if it keeps that': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const first = present(await client.checkpoint(held, at('10')), 'the checkpoint was refused');
    const { checkpointedAt } = first;
    if (checkpointedAt === undefined) return;
    const assertKept = async (what: string) => {
      assert.deepEqual((await client.stored()).checkpointedAt, checkpointedAt, `${what} changed checkpointedAt`);
    };
    await client.renew(first);
    await assertKept('a renewal');
    await client.checkpoint(first, at('9'));
    await assertKept('a checkpoint that is no progress');
    await client.requestHandOver(await client.stored(), 'b');
    await assertKept('a request');
    await client.release(first);
    await assertKept('a release');
    const taken = present(await client.take(await client.stored(), 'b'), 'the take was refused');
    await assertKept('a take');
    const later = present(await client.checkpoint(taken, at('11')), 'the checkpoint was refused');
    assert.ok(later.checkpointedAt && later.checkpointedAt >= checkpointedAt, 'a later checkpoint has an earlier time');
  },

  'should hand progress on from owner to owner': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const ahead = await client.checkpoint(held, at('10', 2));
    const taken = present(await client.take(present(ahead, 'the checkpoint was refused'), 'b'), 'the take was refused');
    assert.deepEqual(taken.checkpoint, at('10', 2));
    await client.assertWritten(taken, await client.checkpoint(taken, at('10', 1)));
    await client.release(taken);
    const again = await client.take(await client.stored(), 'c');
    assert.deepEqual(again?.checkpoint, at('10', 2));
  },
};
