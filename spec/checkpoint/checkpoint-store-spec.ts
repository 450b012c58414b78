import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';

describe('checkpoint behind a source without a store', () => {
  it('should error at the first record, naming the stream and the option that is missing', () => {
    const scheduler = new VirtualTimeScheduler(undefined, 60_000);
    const client = new FakeKinesis({ scheduler, streams: { orders: { shards: 1 } } });
    client.put('orders', { partitionKey: 'a', data: 'first' });
    let error: unknown;
    fromKinesis('orders', { client, scheduler, startAt: 'TRIM_HORIZON' })
      .pipe(checkpoint())
      .subscribe({ error: (thrown: unknown) => (error = thrown) });
    scheduler.flush();
    expect(error)
      .to.be.instanceOf(TypeError)
      .with.property('message')
      .that.matches(/"orders".*no store.*checkpoints/);
  });
});
