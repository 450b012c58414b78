import type { FakeKinesis } from '../../testing/index.ts';
import type { Order } from './Order.ts';

/**
 * What the stream holds, parents before their children: the younger of two shards has the greater id, and a customer's orders
 * are in one line of shards.
 */
export function* storedOrders(fake: FakeKinesis, stream: string): Generator<Order> {
  for (const { ShardId } of fake.shards(stream)) {
    for (const { data } of fake.records(stream, ShardId)) yield JSON.parse(Buffer.from(data).toString()) as Order;
  }
}
