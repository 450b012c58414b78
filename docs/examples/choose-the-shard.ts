/** Puts the records of each region into a shard of its own, by hash keys from ListShards, and shows what a reshard makes of that. */
import assert from 'node:assert/strict';
import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { json, KinesisProducer, makeKinesisClient } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

interface Order {
  readonly id: number;
  readonly region: 'eu' | 'us';
}

await using local = await LocalKinesis.start({ streams: { orders: { shards: 2 } } });
const client = makeKinesisClient(local.clientConfig); // on AWS without the configuration

/**
 * Where the ranges of the open shards begin, in their order. A hash key has up to 39 digits, more than a number holds.
 * A stream of more than 1,000 shards takes several calls, with `NextToken`.
 */
async function starts(): Promise<string[]> {
  const { Shards = [] } = await client.send(
    new ListShardsCommand({ StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } }),
  );
  return Shards.map(({ HashKeyRange }) => BigInt(HashKeyRange?.StartingHashKey ?? 0))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map(String);
}

const [eu, us] = await starts();
assert.ok(eu !== undefined && us !== undefined);
const producer = new KinesisProducer('orders', {
  client,
  codec: json<Order>(),
  partitionKey: ({ id }) => String(id), // as ever: what order and readers go by
  explicitHashKey: ({ region }) => (region === 'eu' ? eu : us),
  lingerMs: 10,
});

let lastId = 0;
/** The shards in which a few orders of a region are. */
async function shardsOf(region: Order['region']): Promise<string[]> {
  const results = await Promise.all(Array.from({ length: 8 }, () => producer.put({ id: (lastId += 1), region })));
  return [...new Set(results.map(({ shardId }) => shardId))];
}

const [first = '', second = ''] = local.fake.shards('orders').map(({ ShardId }) => ShardId);
assert.deepEqual(await shardsOf('eu'), [first]);
assert.deepEqual(await shardsOf('us'), [second]);

// A hash key is a place in the range, not a shard. Of a shard that is split, all of it goes to the child that has the place:
// the other child stays empty.
const [low, high] = local.fake.split('orders', second);
assert.deepEqual(await shardsOf('us'), [low]);
assert.equal(local.fake.countRecords('orders', high), 0);

// Shards that are merged take what went to either.
const merged = local.fake.merge('orders', first, low);
assert.deepEqual(await shardsOf('eu'), [merged]);
assert.deepEqual(await shardsOf('us'), [merged]);

// Two shards are open again, but neither begins where `us` points to. Who wants a shard each lists anew.
assert.ok(!(await starts()).includes(us));

await producer.close();
client.destroy();
