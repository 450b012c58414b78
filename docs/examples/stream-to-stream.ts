/** Copies orders above 100 to another stream: a record's checkpoint waits until its copy is written. */
import assert from 'node:assert/strict';
import { lastValueFrom, take, toArray } from 'rxjs';
import { checkpoint, filterData, fromKinesis, json, memoryCheckpoints, toKinesis } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

interface Order {
  readonly id: number;
  readonly total: number;
}

await using local = await LocalKinesis.start({ streams: { orders: { shards: 2 }, 'large-orders': { shards: 1 } } });
const client = local.clientConfig;
for (let id = 1; id <= 20; id += 1) {
  local.fake.put('orders', { partitionKey: `customer-${id % 3}`, data: JSON.stringify({ id, total: id * 10 }) });
}
// One write in three fails, and is tried again.
local.fake.failEntries({ stream: 'large-orders', every: 3, times: 5 });

const results = await lastValueFrom(
  fromKinesis('orders', { client, codec: json<Order>(), checkpoints: memoryCheckpoints() }).pipe(
    filterData(({ total }) => total > 100),
    // Its own codec: that of fromKinesis only reads.
    toKinesis('large-orders', { client, codec: json(), lingerMs: 10 }),
    checkpoint(),
    take(10),
    toArray(),
  ),
);

assert.ok(results.some(({ attempts }) => attempts > 1));
const copies = local.fake.records('large-orders').map(({ data }) => JSON.parse(Buffer.from(data).toString()) as Order);
assert.deepEqual(
  copies.map(({ id }) => id).toSorted((a, b) => a - b),
  [11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
);
