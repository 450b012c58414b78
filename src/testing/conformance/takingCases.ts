import assert from 'node:assert/strict';
import { assertSame, newLease, present } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

/** A lease gets an owner. */
export const takingCases: SceneCases = {
  'should give a free lease to who takes it, and keep the rest': async (scene) => {
    const client = await scene.open();
    const checkpoint = { sequenceNumber: '7', subSequenceNumber: 3 };
    const lease = await client.created(newLease('shardId-2', { checkpoint, parentShardIds: ['a', 'b'] }));
    await client.assertWritten(lease, await client.take(lease, 'a', 't'), { owner: 'a', token: 't' });
  },

  'should give a held lease to who takes it, and count the switch': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const changes = { owner: 'b', token: 't', ownerSwitchesSinceCheckpoint: 1 };
    const taken = await client.assertWritten(held, await client.take(held, 'b', 't'), changes);
    const again = await client.assertWritten(taken, await client.take(taken, 'b', 'u'), { token: 'u' });
    const back = { owner: 'a', token: 'v', ownerSwitchesSinceCheckpoint: 2 };
    await client.assertWritten(again, await client.take(again, 'a', 'v'), back);
  },

  'should let exactly one of many win a free lease, and the losers change nothing (pitfall 22)': async (scene) => {
    const client = await scene.open();
    const lease = await client.created();
    const answers = await scene.race((each, index) => each.take(lease, `worker-${index}`, `token-${index}`));
    const [winner, ...others] = answers.filter((answer) => answer !== undefined);
    assert.deepEqual(others, [], 'more than one worker won');
    const index = answers.indexOf(winner);
    await client.assertWritten(lease, winner, { owner: `worker-${index}`, token: `token-${index}` });
  },

  'should let exactly one of many win a lease whose owner is gone': async (scene) => {
    const client = await scene.open();
    const held = await client.held('gone');
    const answers = await scene.race((each, index) => each.take(held, `worker-${index}`));
    assert.equal(answers.filter((answer) => answer !== undefined).length, 1);
    await client.assertRefused(await client.stored(), await client.renew(held));
  },

  'should let either a renewal or a take win, never both and never neither': async (scene) => {
    const client = await scene.open();
    await scene.race(async (each, index) => {
      const held = await each.held('a', newLease(`shardId-${index}`));
      const calls = [() => client.renew(held), () => each.take(held, 'b')];
      const answers = await Promise.all((index % 2 ? calls : calls.toReversed()).map((call) => call()));
      const [won, ...others] = answers.filter((answer) => answer !== undefined);
      assert.deepEqual(others, [], 'both won');
      assertSame(await each.stored(held.shardId), present(won, 'neither won'), 'what is stored');
    });
  },

  'should refuse to take by a snapshot older than any write': async (scene) => {
    const client = await scene.open();
    const free = await client.created();
    const held = present(await client.take(free, 'a'), 'a new lease could not be taken');
    await client.assertRefused(held, await client.take(free, 'b'));
    const writes = [
      () => client.renew(held),
      () => client.checkpoint(held, { sequenceNumber: '1', subSequenceNumber: 0 }),
      () => client.requestHandOver(held, 'c'),
      () => client.release(held),
    ];
    for (const write of writes) {
      const snapshot = await client.stored();
      if (write === writes[2]) await client.requestHandOver(snapshot, 'c');
      else await write();
      await client.assertRefused(await client.stored(), await client.take(snapshot, 'b'));
    }
  },

  'should take once when the reply was lost and the call is repeated': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    await client.take(held, 'b', 't');
    const once = await client.stored();
    const answer = present(await client.take(held, 'b', 't'), 'the repetition was refused');
    assertSame(await client.stored(), answer, 'what is stored, against the answer');
    assertSame(answer, { ...once, counter: answer.counter }, 'the answer');
  },

  'should not undo what came after a take when that is repeated': async (scene) => {
    const client = await scene.open();
    const lease = await client.created();
    const held = present(await client.take(lease, 'a', 't'), 'a new lease could not be taken');
    await client.requestHandOver(held, 'b');
    await client.checkpoint(held, { sequenceNumber: '9', subSequenceNumber: 0 });
    const before = await client.stored();
    const answer = present(await client.take(lease, 'a', 't'), 'the repetition was refused');
    assertSame(answer, { ...before, counter: answer.counter }, 'the answer');
    await client.take(await client.stored(), 'c');
    await client.assertRefused(await client.stored(), await client.take(lease, 'a', 't'));
  },
};
