/** Reads a stream, processes its records, and checkpoints: the second run goes on where the first one stopped. */
import assert from 'node:assert/strict';
import { lastValueFrom, range, take, toArray } from 'rxjs';
import { checkpoint, fromKinesis, json, memoryCheckpoints, processRecords, toKinesis } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

await using local = await LocalKinesis.start({ streams: { numbers: { shards: 2 } } });
const client = local.clientConfig;
const checkpoints = memoryCheckpoints();

await write(1, 100);
const first = await readAndSquare(100);
await write(101, 50);
const second = await readAndSquare(50);

assert.deepEqual(first.toSorted(ascending), squares(1, 100));
assert.deepEqual(second.toSorted(ascending), squares(101, 50));

function write(start: number, count: number) {
  return lastValueFrom(range(start, count).pipe(toKinesis('numbers', { client, codec: json<number>() })));
}

function readAndSquare(count: number): Promise<number[]> {
  const squared = fromKinesis('numbers', { client, codec: json<number>(), checkpoints }).pipe(
    processRecords((record) => Promise.resolve(record.data ** 2), { concurrency: 8 }),
    checkpoint(),
    take(count),
    toArray(),
  );
  return lastValueFrom(squared).then((records) => records.map(({ data }) => data));
}

function squares(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (start + index) ** 2);
}

function ascending(a: number, b: number): number {
  return a - b;
}
