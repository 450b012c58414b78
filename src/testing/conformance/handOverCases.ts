import assert from 'node:assert/strict';
import { assertSame, present } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

const AT_5 = { sequenceNumber: '5', subSequenceNumber: 0 };
const FREE = { owner: undefined, token: undefined };

/** A worker asks another for a lease, and gets it. */
export const handOverCases: SceneCases = {
  'should note who asks for a lease, and leave it with its owner': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    await client.assertWritten(held, await client.requestHandOver(held, 'b'), { nextOwner: 'b' });
  },

  'should tell the owner by its next renewal or checkpoint who asks': async (scene) => {
    const [owner, asker] = [await scene.open(), await scene.open()];
    const held = await owner.held('a');
    const asked = present(await asker.requestHandOver(held, 'b'), 'the request was refused');
    const renewed = await owner.assertWritten(asked, await owner.renew(held));
    assert.equal(renewed.nextOwner, 'b');
    await owner.assertWritten(renewed, await owner.checkpoint(held, AT_5), { checkpoint: AT_5 });
  },

  'should let only the first ask': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const asked = present(await client.requestHandOver(held, 'b'), 'the request was refused');
    await client.assertRefused(asked, await client.requestHandOver(asked, 'c'));
    await client.assertRefused(asked, await client.requestHandOver(held, 'c'));
  },

  'should let exactly one of many ask': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const answers = await scene.race((each, index) => each.requestHandOver(held, `worker-${index}`));
    const winners = answers.filter((answer) => answer !== undefined);
    assert.equal(winners.length, 1);
    await client.assertWritten(held, winners[0], { nextOwner: `worker-${answers.indexOf(winners[0])}` });
  },

  'should write nothing when the same worker asks again, so that a dead owner is seen to be dead': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const asked = present(await client.requestHandOver(held, 'b'), 'the request was refused');
    for (const snapshot of [held, asked]) {
      const answer = await client.requestHandOver(snapshot, 'b');
      assertSame(present(answer, 'the repetition was refused'), asked, 'the answer');
      await client.assertUnchanged(asked);
    }
  },

  'should refuse a request by an old snapshot, and one for a free lease': async (scene) => {
    const client = await scene.open();
    const free = await client.created();
    await client.assertRefused(free, await client.requestHandOver(free, 'b'));
    const held = present(await client.take(free, 'a'), 'a new lease could not be taken');
    const renewed = present(await client.renew(held), 'the renewal was refused');
    await client.assertRefused(renewed, await client.requestHandOver(held, 'b'));
  },

  'should release a lease for who asked, and give it to that worker': async (scene) => {
    const [owner, asker] = [await scene.open(), await scene.open()];
    const held = await owner.held('a');
    const asked = present(await asker.requestHandOver(held, 'b'), 'the request was refused');
    const settled = await owner.assertWritten(asked, await owner.checkpoint(held, AT_5), { checkpoint: AT_5 });
    const released = await owner.assertWritten(settled, await owner.release(held), FREE);
    assert.equal(released.nextOwner, 'b');
    const changes = { owner: 'b', token: 't', nextOwner: undefined };
    const taken = await asker.assertWritten(released, await asker.take(released, 'b', 't'), changes);
    await owner.assertRefused(taken, await owner.checkpoint(held, { sequenceNumber: '6', subSequenceNumber: 0 }));
    await asker.assertWritten(taken, await asker.renew(taken));
  },

  'should give a lease that waits for a worker that is gone to who takes it (pitfall 33)': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    const asked = present(await client.requestHandOver(held, 'gone'), 'the request was refused');
    const ofOwner = { owner: 'c', token: 't', nextOwner: undefined, ownerSwitchesSinceCheckpoint: 1 };
    const taken = await client.assertWritten(asked, await client.take(asked, 'c', 't'), ofOwner);
    await client.requestHandOver(taken, 'gone');
    const released = present(await client.release(taken), 'the release was refused');
    assert.equal(released.nextOwner, 'gone');
    const changes = { owner: 'd', token: 'u', nextOwner: undefined };
    await client.assertWritten(released, await client.take(released, 'd', 'u'), changes);
  },
};
