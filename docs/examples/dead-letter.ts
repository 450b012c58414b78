/** Retries what fails, and moves what never succeeds to another stream, so that the records behind it go on. */
import assert from 'node:assert/strict';
import { lastValueFrom, of, take, toArray } from 'rxjs';
import {
  checkpoint,
  type DeadLetter,
  fromKinesis,
  json,
  makeKinesisClient,
  memoryCheckpoints,
  processRecords,
  toKinesis,
} from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

await using local = await LocalKinesis.start({ streams: { orders: { shards: 1 }, 'orders-dead': { shards: 1 } } });
const client = makeKinesisClient(local.clientConfig);
for (const data of ['{"id":1}', '{"id":2}', 'no JSON', '{"id":3}']) {
  local.fake.put('orders', { partitionKey: 'key', data });
}

const toDeadLetters: DeadLetter = ({ sequenceNumber }, error) =>
  of({ sequenceNumber, error: String(error) }).pipe(toKinesis('orders-dead', { client, codec: json(), lingerMs: 0 }));

const charge = ({ id }: { readonly id: number }) =>
  id === 2 ? Promise.reject(new Error('card refused')) : Promise.resolve(id);

const charged = await lastValueFrom(
  fromKinesis('orders', {
    client,
    codec: json<{ readonly id: number }>(),
    checkpoints: memoryCheckpoints(),
    poison: toDeadLetters, // for what cannot be decoded
  }).pipe(
    processRecords((record) => charge(record.data), {
      retry: { maxAttempts: 3, initialMs: 5 },
      poison: toDeadLetters, // for what cannot be processed
    }),
    checkpoint(),
    take(2),
    toArray(),
  ),
);
client.destroy();

assert.deepEqual(
  charged.map(({ data }) => data),
  [1, 3],
);
const dead = local.fake.records('orders-dead').map(({ data }) => Buffer.from(data).toString());
assert.equal(dead.length, 2);
assert.ok(dead.some((each) => each.includes('card refused')));
assert.ok(dead.some((each) => each.includes('DecodeError')));
