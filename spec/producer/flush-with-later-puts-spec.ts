import { expect } from 'chai';
import { text } from '../../src/codec/text.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Requests for 1,000 puts, one a millisecond, while one record put before them stays without an answer. */
async function requests(isFlushing: boolean) {
  const clock = new VirtualClock();
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: {} }, latencyMs: 5 });
  const producer = new KinesisProducer<string>('orders', { client: fake, codec: text(), scheduler: clock });
  void producer.put('first');
  clock.pass(1_000);
  await settle();
  fake.delay({ operation: 'PutRecords', times: 1, ms: 5_000 });
  void producer.put('slow');
  if (isFlushing) void producer.flush();
  else clock.pass(100);
  fake.calls.reset();
  for (let n = 0; n < 1_000; n += 1) {
    void producer.put(`value-${n}`);
    clock.pass(1);
  }
  const calls = fake.calls.count('PutRecords');
  clock.pass(10_000);
  await settle();
  void producer.close();
  clock.pass(10_000);
  await settle();
  return calls;
}

describe('KinesisProducer.flush (pitfall 44)', () => {
  it('should leave what is put later to linger for company', async () => {
    const without = await requests(false);
    expect(await requests(true)).to.be.at.most(without + 1);
  });
});
