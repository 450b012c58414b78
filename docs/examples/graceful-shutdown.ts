/** Stops on SIGTERM: what is being processed is finished, its checkpoint written, and the shards are free for the next worker. */
import assert from 'node:assert/strict';
import { from, firstValueFrom, fromEvent, lastValueFrom, tap } from 'rxjs';
import { checkpoint, fromKinesis, memoryCheckpoints, processRecords, text } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

await using local = await LocalKinesis.start({ streams: { lines: { shards: 2 } } });
for (let n = 1; n <= 50; n += 1) local.fake.put('lines', { partitionKey: `key ${n}`, data: `line ${n}` });

const checkpoints = memoryCheckpoints();
const handled: string[] = [];
const lines = fromKinesis('lines', {
  client: local.clientConfig,
  codec: text(),
  checkpoints,
  until: fromEvent(process, 'SIGTERM'),
  drainTimeoutMs: 5_000,
}).pipe(
  processRecords(async ({ data }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    handled.push(data);
  }),
  checkpoint(),
  tap(() => {
    if (handled.length === 10) process.kill(process.pid, 'SIGTERM');
  }),
);
await lastValueFrom(lines); // resolves when everything is written and released

const leases = await firstValueFrom(from(checkpoints.leases('lines')));
assert.ok(handled.length >= 10);
assert.deepEqual([...new Set(leases.map(({ owner }) => owner))], [undefined]);
// Of each shard, the checkpoint names the last record that was handled.
for (const { shardId, checkpoint: stored } of leases) {
  const last = local.fake
    .records('lines', shardId)
    .findLast(({ data }) => handled.includes(Buffer.from(data).toString()));
  assert.deepEqual(stored, last ? { sequenceNumber: last.sequenceNumber, subSequenceNumber: 0 } : 'TRIM_HORIZON');
}
