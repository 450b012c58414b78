import { LocalKinesis } from '../../../src/testing/LocalKinesis.ts';

/*
 * LocalKinesis in a process of its own, filled as its arguments say: shards, records, bytes of each.
 * It tells its parent the endpoint, and ends with it.
 */
const [shards = 1, records = 0, bytes = 1] = process.argv.slice(2).map(Number);
const local = await LocalKinesis.start({ limits: false, streams: { orders: { shards } } });
const data = Buffer.alloc(bytes, 'x');
const BLOCK = 10_000;
for (let from = 0; from < records; from += BLOCK) {
  const count = Math.min(BLOCK, records - from);
  local.fake.put(
    'orders',
    Array.from({ length: count }, (_, index) => ({ partitionKey: `key-${from + index}`, data })),
  );
}
process.on('disconnect', () => process.exit());
process.send?.(local.clientConfig);
