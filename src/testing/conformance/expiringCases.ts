import { newLease } from './StoreClient.ts';
import type { SceneCases } from './Scene.ts';

const A_YEAR_MS = 366 * 24 * 60 * 60 * 1_000;

/** Time alone changes nothing: it is the workers that judge by it. */
export const expiringCases = (passTime: (ms: number) => void | Promise<void>): SceneCases => ({
  'should keep leases and progress for a year in which nobody writes (pitfall 31)': async (scene) => {
    const client = await scene.open();
    const held = await client.held('a');
    await client.checkpoint(held, { sequenceNumber: '42', subSequenceNumber: 0 });
    await client.requestHandOver(await client.stored(), 'b');
    const [busy, idle] = [await client.stored(), await client.created(newLease('shardId-1'))];
    await passTime(A_YEAR_MS);
    await client.assertUnchanged(busy);
    await client.assertUnchanged(idle);
  },
});
