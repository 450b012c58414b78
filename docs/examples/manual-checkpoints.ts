/** Saves records in batches, and writes the checkpoint when a batch is saved, not before and not by the clock. */
import assert from 'node:assert/strict';
import { bufferCount, concatMap, firstValueFrom, from, lastValueFrom, map, take } from 'rxjs';
import { checkpoint, fromKinesis, ManualCheckpoints, memoryCheckpoints, text } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

const BATCH = 10;
const saved: string[] = [];
const saveAll = (lines: readonly string[]) => Promise.resolve(saved.push(...lines));

await using local = await LocalKinesis.start({ streams: { lines: { shards: 1 } } });
for (let n = 1; n <= 25; n += 1) local.fake.put('lines', { partitionKey: 'key', data: `line ${n}` });

const store = memoryCheckpoints();
const manual = new ManualCheckpoints();
const checkpointOfShard = async () => (await firstValueFrom(from(store.leases('lines'))))[0]?.checkpoint;

const flushes = fromKinesis('lines', { client: local.clientConfig, codec: text(), checkpoints: store }).pipe(
  bufferCount(BATCH),
  concatMap(async (records) => {
    await saveAll(records.map(({ data }) => data));
    return records;
  }),
  concatMap((records) => from(records)),
  checkpoint({ when: manual }), // settles each record, and writes nothing
  bufferCount(BATCH),
  concatMap(async (records) => {
    await manual.flush(); // resolves when the checkpoint is durable; rejects with CheckpointFlushError
    return records.at(-1)?.sequenceNumber;
  }),
  concatMap((sequenceNumber) => checkpointOfShard().then((stored) => ({ sequenceNumber, stored }))),
  map(({ sequenceNumber, stored }) => assert.deepEqual(stored, { sequenceNumber, subSequenceNumber: 0 })),
  take(2),
);
await lastValueFrom(flushes);

assert.equal(saved.length, 20);
