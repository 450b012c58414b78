import assert from 'node:assert/strict';
import { concat, concatMap, firstValueFrom, from, ignoreElements, map, merge, of, take, timer } from 'rxjs';
import type { Lease } from '../../checkpoint/Lease.ts';
import { assertSame, newLease, present, type StoreClient } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

const AT_1 = { sequenceNumber: '1', subSequenceNumber: 0 };
const AT_999 = { sequenceNumber: '999', subSequenceNumber: 0 };

/** What only the holder may write. */
const HOLDERS_WRITES: Readonly<Record<string, (client: StoreClient, lease: Lease) => Promise<Lease | undefined>>> = {
  renew: (client, lease) => client.renew(lease),
  checkpoint: (client, lease) => client.checkpoint(lease, AT_999),
  'end the shard': (client, lease) => client.checkpoint(lease, 'SHARD_END', ['shardId-1']),
  release: (client, lease) => client.release(lease),
};

/** The holder keeps its lease and gives it up; others can do neither. */
export const holdingCases: SceneCases = {
  'should make the counter grow with each renewal, and change nothing else': async (scene) => {
    const client = await scene.open();
    let held = await client.held();
    for (let n = 0; n < 5; n += 1) held = await client.assertWritten(held, await client.renew(held));
  },

  'should not rewind a checkpoint by a renewal with an older snapshot (pitfall 23)': async (scene) => {
    const [client, heart] = [await scene.open(), await scene.open()];
    const held = await client.held();
    const ahead = await client.assertWritten(held, await client.checkpoint(held, AT_999), { checkpoint: AT_999 });
    await client.assertWritten(ahead, await heart.renew(held));
  },

  'should renew by the last snapshot known when the replies since were lost': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    for (let n = 0; n < 3; n += 1) await client.assertWritten(await client.stored(), await client.renew(held));
  },

  ...Object.fromEntries(
    Object.entries(HOLDERS_WRITES).flatMap(([name, write]): [string, SceneCases[string]][] => [
      [
        `should not let a worker ${name} whose lease another has taken (pitfalls 21 and 27)`,
        async (scene) => {
          const [client, zombie] = [await scene.open(), await scene.open()];
          const held = await zombie.held('zombie');
          const taken = await client.take(held, 'worker-2');
          await client.assertRefused(present(taken, 'the take was refused'), await write(zombie, held));
        },
      ],
      [
        `should not let a worker ${name} by an acquisition before its last`,
        async (scene) => {
          const client = await scene.open();
          const held = await client.held('a');
          const again = await client.take(held, 'a');
          await client.assertRefused(present(again, 'the take was refused'), await write(client, held));
          const forged = { ...held, token: again?.token, owner: 'b' };
          await client.assertRefused(present(again, 'the take was refused'), await write(client, forged));
        },
      ],
      [
        `should not let a worker ${name} a lease that was removed, nor bring it back`,
        async (scene) => {
          const client = await scene.open();
          const held = await client.held();
          assert.equal(await client.remove(held), true);
          assert.equal(await write(client, held), undefined);
          assert.deepEqual(await client.leases(), []);
        },
      ],
    ]),
  ),

  'should let nobody write a lease that is free': async (scene) => {
    const client = await scene.open();
    const free = await client.created();
    await client.assertRefused(free, await client.renew(free));
    await client.assertRefused(free, await client.checkpoint(free, AT_1));
    const held = present(await client.take(free, 'a'), 'a new lease could not be taken');
    await client.assertRefused(held, await client.renew(free));
    await client.assertRefused(held, await client.checkpoint(free, AT_1));
    await client.assertRefused(held, await client.release(free));
    const released = present(await client.release(held), 'the release was refused');
    await client.assertRefused(released, await client.renew(held));
    await client.assertRefused(released, await client.checkpoint(held, AT_1));
  },

  'should not bring a lease back by a take or a request': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    assert.equal(await client.remove(held), true);
    assert.equal(await client.take(held, 'b'), undefined);
    assert.equal(await client.requestHandOver(held, 'b'), undefined);
    assert.deepEqual(await client.leases(), []);
  },

  'should make a lease free by its release, and keep its progress': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a', newLease('shardId-5', { parentShardIds: ['shardId-1', 'shardId-2'] }));
    const ahead = await client.checkpoint(held, 'SHARD_END', ['shardId-6']);
    const free = { owner: undefined, token: undefined };
    await client.assertWritten(present(ahead, 'the checkpoint was refused'), await client.release(held), free);
  },

  'should release once when the reply was lost and the call is repeated': async (scene) => {
    const client = await scene.open();
    const held = await client.held();
    const released = present(await client.release(held), 'the release was refused');
    const answer = present(await client.release(held), 'the repetition was refused');
    assertSame(answer, released, 'the answer');
    await client.assertUnchanged(released);
  },

  'should let a released lease be taken at once, and not be released again by the one before (pitfall 27)': async (
    scene,
  ) => {
    const [client, next] = [await scene.open(), await scene.open()];
    const held = await client.held('a');
    const released = present(await client.release(held), 'the release was refused');
    const changes = { owner: 'b', token: 't' };
    const taken = await next.assertWritten(released, await next.take(released, 'b', 't'), changes);
    await client.assertRefused(taken, await client.release(held));
  },

  'should tell of a release by changes(), if it has that': async (scene) => {
    const [client, listener] = [await scene.open(), await scene.open()];
    if (!listener.store.changes) return;
    const changed = from(listener.store.changes(scene.streamName)).pipe(map(() => true));
    // A subscription to a server takes its time: release until it is heard.
    const releases = timer(0, 50).pipe(
      take(40),
      concatMap(async (index) => client.release(await client.held('a', newLease(`shardId-${index}`)))),
      ignoreElements(),
    );
    const heard = await firstValueFrom(merge(changed, concat(releases, of(false))));
    assert.equal(heard, true, 'no change was told');
  },
};
